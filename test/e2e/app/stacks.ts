/** The stacks of the app under test. */
export const STACKS = { several: 'GreenlightE2eSeveral', one: 'GreenlightE2eOne' } as const;

/** What a later deploy may change, given as `cdk -c name=value`. */
export const CONTEXT = {
  /** Settings of the only endpoint, JSON. */
  settings: 'settings',
  /** Text that the changed code of the only endpoint answers in the header {@link REVISION_HEADER}. */
  codeRevision: 'codeRevision',
} as const;

export const REVISION_HEADER = 'x-code-revision';
