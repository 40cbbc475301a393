/** Something that cfn-lint or checkov says of our templates and that is as it should be. */
export interface ExplainedFinding {
  /** The rule's id, `W3005`, `CKV_AWS_115`. */
  readonly rule: string;
  /** What its place in the template looks like: `Resources/…/DependsOn/1`. @default wherever it is found */
  readonly where?: RegExp;
  /**
   * Answered by this property: where a template's owner has set them all, it must not be found. @default found in any
   * template
   */
  readonly property?: 'key' | 'vpc' | 'accessLogs';
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
      'The CDK makes a resource wait for a construct as a whole: for a role and the policy that belongs to it, ' +
      'for a handler and its rights. It is the policy that nothing else refers to and that must be there first; ' +
      'that the role is named beside it, which the resource refers to anyway, changes nothing.',
  },
  {
    rule: 'CKV_AWS_111',
    reason:
      'Of functions in a VPC. Network interfaces get their ids when Lambda makes them, so that no policy can ' +
      'name them; a second statement keeps the code of the functions from these calls.',
  },
  {
    rule: 'CKV_AWS_115',
    reason:
      'A limit of concurrent executions for each function takes from what the account has: a new one has 10 in ' +
      'all. reservedForSafety reserves some for the functions that put blue back; those of endpoints are for ' +
      'their owners to limit.',
  },
  {
    rule: 'CKV_AWS_116',
    reason:
      'A function that is called on events has the dead-letter queue as its destination for failures, which ' +
      'checkov does not read. The state machine, a deploy, the dashboard and callers wait for the answer of the ' +
      'others: they are told of an error, and Lambda puts such calls into no queue.',
  },
  {
    rule: 'CKV_AWS_117',
    property: 'vpc',
    reason:
      'A VPC costs endpoints by the hour and a function in one goes to sleep when it is not called: it is the ' +
      "account's choice.",
  },
  {
    rule: 'CKV_AWS_119',
    property: 'key',
    reason: 'The table is encrypted with a key that AWS manages for the account.',
  },
  {
    rule: 'CKV_AWS_158',
    property: 'key',
    reason: "Logs are encrypted with CloudWatch's own key; they hold no request and no label.",
  },
  {
    rule: 'CKV_AWS_173',
    property: 'key',
    reason: 'Lambda encrypts environments at rest; they hold names, no secret.',
  },
  {
    rule: 'CKV_AWS_18',
    property: 'accessLogs',
    reason: 'Access logs need a second bucket, and cost. What goes live is recorded with its version id and sha256.',
  },
  {
    rule: 'CKV_AWS_27',
    property: 'key',
    reason: 'Work and dead letters are encrypted with the key of SQS, which costs nothing.',
  },
  {
    rule: 'CKV_AWS_26',
    where: /^Resources\/Notices[0-9A-F]{8}$/,
    reason:
      "A topic of the app's own, which may come without a key; Greenlight's has one. What it must allow is in " +
      'docs/guides/operations.md.',
  },
  {
    rule: 'CKV_AWS_258',
    where: /^Resources\/ModelsEndpoint\w+Url[0-9A-F]{8}$/,
    reason:
      'Of endpoints whose owner sets functionUrlAuth to NONE, to answer the whole internet. By default every ' +
      'address wants signatures, and so does each preview.',
  },
];
