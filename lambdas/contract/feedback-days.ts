/** For so many days after its answer a label is taken, and kept, unless the endpoint says otherwise. */
export const DEFAULT_FEEDBACK_DAYS = 30;
