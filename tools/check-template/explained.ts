/** Something that cfn-lint says of our templates and that is as it should be. */
export interface ExplainedFinding {
  /** The rule's id, `W3005`. */
  readonly rule: string;
  /** What its place in the template looks like: `Resources/…/DependsOn/1`. */
  readonly where: RegExp;
  readonly reason: string;
}

/**
 * Every one must still be needed: an explanation of something that is no longer found fails the check, too. Errors are
 * mended, never explained.
 */
export const EXPLAINED: readonly ExplainedFinding[] = [
  {
    rule: 'W3005',
    where: /^Resources\/\w+\/DependsOn\/\d+$/,
    reason:
      'The CDK makes a resource wait for a construct as a whole: for a role and the policy that belongs to it, for a handler and its rights. It is the policy that nothing else refers to and that must be there first; that the role is named beside it, which the resource refers to anyway, changes nothing.',
  },
];
