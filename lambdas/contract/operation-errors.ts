/** What a person may do next, in words, and as a command of the CLI where there is one. */
export interface NextStep {
  readonly what: string;
  /** Without `npx`: `greenlight approve digits --reason '…'`. */
  readonly command?: string;
}

/**
 * Why an operation of a person was not carried out, by name, and of which kind that is: `refused` by the state of
 * things, `not found`, or `late`: what was begun has not ended within the time that was given.
 */
export const OPERATION_ERRORS = {
  /** No rollout of the endpoint runs. */
  NothingRuns: 'refused',
  /** The rollout does not wait for an answer. */
  NothingToApprove: 'refused',
  /** The question of the rollout was answered before. */
  AlreadyAnswered: 'refused',
  /** The time for the answer is over; the default answer counted. */
  ApprovalExpired: 'refused',
  /** Green has no share of traffic yet, or no minute of it was judged. */
  TooEarlyToPromote: 'refused',
  /** Green has all live traffic already. */
  AlreadyPromoted: 'refused',
  /** The judge or an alarm says that green does harm; a person cannot overrule that. */
  PromotionRefused: 'refused',
  /** The rollout has ended meanwhile. */
  RolloutEnded: 'refused',
  /** What the person saw when they asked for this is no longer so. */
  StateChanged: 'refused',
  /** This very operation was begun before: a click that was delivered twice. */
  AlreadyStarted: 'refused',
  /** What was read is a recording of the demo: nothing of it can be changed. */
  RecordingOnly: 'refused',
  /** The teardown's function failed. */
  TeardownFailed: 'refused',
  /** A person was asked whether to delete what cannot be brought back, and did not say yes. */
  NotConfirmed: 'refused',
  /** S3 did not delete everything that it was told to. */
  NotDeleted: 'refused',
  /** CloudWatch has no minute of the live version's traffic to plan from. */
  NoTraffic: 'refused',
  /** There is no such rollout. */
  RolloutUnknown: 'not found',
  /** The rollout has no report, or it was deleted. */
  ReportMissing: 'not found',
  /** The rollout was stopped, and blue has not been put back within the time given. */
  NotSafeYet: 'late',
  /** A newer upload took the place of this one; it will not be rolled out. */
  UploadSuperseded: 'refused',
  /** The rollout of an upload has not begun within the time given. */
  NotBegunYet: 'late',
  /** The rollout runs on; only the waiting for it is over. */
  StillRunning: 'late',
} as const;
export type OperationErrorName = keyof typeof OPERATION_ERRORS;

/** An operation was not carried out; `next` says what can be done instead. */
export class OperationRefused extends Error {
  constructor(
    override readonly name: OperationErrorName,
    message: string,
    readonly next: readonly NextStep[] = [],
  ) {
    super(message);
  }
}
