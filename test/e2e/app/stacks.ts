/** The stacks of the app under test. */
export const STACKS = { several: 'GreenlightE2eSeveral', one: 'GreenlightE2eOne' } as const;

/** A control plane, the stacks of two teams, and a third that wants the name of the first. */
export const TEAMS = {
  platform: 'GreenlightE2ePlatform',
  fraud: 'GreenlightE2eFraud',
  loans: 'GreenlightE2eLoans',
  third: 'GreenlightE2eThird',
} as const;

/** What a later deploy may change, given as `cdk -c name=value`. */
export const CONTEXT = {
  /** Settings of the only endpoint, JSON. */
  settings: 'settings',
  /** Text that the changed code of the only endpoint answers in the header {@link REVISION_HEADER}. */
  codeRevision: 'codeRevision',
} as const;

export const REVISION_HEADER = 'x-code-revision';
