/** Names on which the stack of questions and the questions agree. */

/** The stack with the app, rolled out and torn down. */
export const APP_STACK = 'GreenlightAwsTest';

/** The stack with the questions' own functions. */
export const QUESTIONS_STACK = 'GreenlightAwsQuestions';

/** The alias of question D2 that is in the template. */
export const DECLARED_ALIAS = 'declared';

/** The variable of question D2's function that is in the template. */
export const STATIC_VARIABLE = 'IN_THE_TEMPLATE';

/** What events of question F4 come from. */
export const EVENT_SOURCE = 'greenlight.aws-test';

/** Outputs of the stack of questions. */
export const OUTPUTS = {
  startedByEvent: 'StartedByEventArn',
  throws: 'ThrowsArn',
  alarm: 'AlarmName',
} as const;

/** The only endpoint of the app. */
export const ENDPOINT = 'digits';

/** On every resource of both stacks. */
export const TAG = { name: 'greenlight-aws-test', value: 'delete-me' } as const;

/** Each question's own function. */
export const functionNameOf = (id: string): string => `${QUESTIONS_STACK}-${id}`;
