import { onOneLine } from './problems';

/** A failed Lambda call tells its message twice, with the stack, and a workflow carries 256 KiB of it. */
const MAX_MESSAGE = 8_000;

/**
 * Every error that ends a rollout, by name. Step Functions matches on the name, people search for it, the runbook has a
 * section on each. Names are literal because bundling mangles inferred ones. The message is the cause that a person
 * reads: number, comparison, limit. The workflow ends with names that no code throws: CanaryRegressed, LiveRegressed,
 * ApprovalRejected, HookFailed, HookError, DrillMissed and RestoreFailed.
 */
abstract class RolloutError extends Error {
  abstract override readonly name: ErrorName;

  /**
   * The message may quote what came from outside: it stays one line wherever it is shown, and of a length to be read.
   */
  constructor(message: string) {
    super(onOneLine(message.slice(0, MAX_MESSAGE)));
  }
}

export const ERROR_NAMES = [
  'InvalidInput',
  'UnknownEndpoint',
  'InvalidUpload',
  'ModelRejected',
  'GoldenSetInvalid',
  'GreenUnhealthy',
  'GreenIncompatible',
  'PreflightFailed',
  'AlarmNotReady',
  'CanaryRegressed',
  'LiveRegressed',
  'InsufficientEvidence',
  'DrillMissed',
  'LiveAliasMoved',
  'RolloutBusy',
  'RolloutStale',
  'DeployStopped',
  'ApprovalRejected',
  'HookFailed',
  'HookError',
  'RollbackTargetUnavailable',
  'MetricsUnavailable',
  'SettingsInvalid',
  'RestoreFailed',
  'AwsThrottled',
] as const;
export type ErrorName = (typeof ERROR_NAMES)[number];

/** The execution input is not what the README's table says. */
export class InvalidInput extends RolloutError {
  override readonly name = 'InvalidInput';
}
/** The endpoint named by the input or by the object's key does not exist, or none was named and there are several. */
export class UnknownEndpoint extends RolloutError {
  override readonly name = 'UnknownEndpoint';
}
/** An uploaded object cannot start a rollout: no version id, wrong suffix, or metadata that does not parse. */
export class InvalidUpload extends RolloutError {
  override readonly name = 'InvalidUpload';
}
/**
 * The model itself is refused before any user traffic: size, sha256, not loadable, signature, accuracy, non-finite
 * outputs.
 */
export class ModelRejected extends RolloutError {
  override readonly name = 'ModelRejected';
}
/** The golden set is missing, malformed, or does not fit the model's input. */
export class GoldenSetInvalid extends RolloutError {
  override readonly name = 'GoldenSetInvalid';
}
/** Green did not become active or does not answer; its model was not found to be at fault. */
export class GreenUnhealthy extends RolloutError {
  override readonly name = 'GreenUnhealthy';
}
/** Blue and green cannot share an alias: another role or dead-letter queue. */
export class GreenIncompatible extends RolloutError {
  override readonly name = 'GreenIncompatible';
}
/**
 * A canary would prove nothing: callers pass the live alias by, failures are not counted, or a gate finds no numbers.
 */
export class PreflightFailed extends RolloutError {
  override readonly name = 'PreflightFailed';
}
/** An alarm that may veto does not exist, has no data, or is in ALARM before the rollout has begun. */
export class AlarmNotReady extends RolloutError {
  override readonly name = 'AlarmNotReady';
}
/** The bake ended without proof either way, and the endpoint's settings do not promote then. */
export class InsufficientEvidence extends RolloutError {
  override readonly name = 'InsufficientEvidence';
}
/** Another writer changed the live alias during the rollout; that change stays. */
export class LiveAliasMoved extends RolloutError {
  override readonly name = 'LiveAliasMoved';
}
/** Another rollout of the endpoint is running. */
export class RolloutBusy extends RolloutError {
  override readonly name = 'RolloutBusy';
}
/** This execution no longer owns the endpoint: it was stopped, replaced, or redriven after its time. */
export class RolloutStale extends RolloutError {
  override readonly name = 'RolloutStale';
}
/** Its deploy was stopped before it had begun: it waited for its turn. It is in line again. */
export class DeployStopped extends RolloutError {
  override readonly name = 'DeployStopped';
}
/** The version to roll back to does not exist, is not Active, or never served a model. */
export class RollbackTargetUnavailable extends RolloutError {
  override readonly name = 'RollbackTargetUnavailable';
}
/** CloudWatch gave no complete answer in time, so it is not known how green is doing. */
export class MetricsUnavailable extends RolloutError {
  override readonly name = 'MetricsUnavailable';
}
/** The settings of an endpoint, as stored or as a deploy sends them, do not parse; see the runbook. */
export class SettingsInvalid extends RolloutError {
  override readonly name = 'SettingsInvalid';
}

/**
 * AWS turned the account's calls away for longer than the workflow waits. Never thrown: its own names for that are
 * translated.
 */
export class AwsThrottled extends RolloutError {
  override readonly name = 'AwsThrottled';
}

/**
 * What AWS calls "you ask too often": the services' errors by their names, those of the SDK, and what Step Functions
 * gives its own invoke. Nothing is wrong then but the moment.
 */
export const THROTTLES = [
  'TooManyRequestsException',
  'Lambda.TooManyRequestsException',
  'ThrottlingException',
  'ThrottledException',
  'Throttling',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'SlowDown',
] as const;

/** True for the errors above: they are final, a retry would only repeat them. */
export function isRolloutError(error: unknown): error is RolloutError {
  return error instanceof Error && (ERROR_NAMES as readonly string[]).includes(error.name);
}

/** Errors of an execution that a person or a rollback stopped, or that AWS ended. */
type EndedOtherwise = 'Stopped' | 'StoppedByRollback' | 'AbortedByPerson' | 'RolloutWaits' | 'States.Timeout';

/** What to do about each error that ends a rollout, in one sentence; the runbook says more. */
const ADVICE: Readonly<Record<ErrorName | EndedOtherwise, string>> = {
  InvalidInput: 'Start again with what the message says was wrong put right',
  UnknownEndpoint: 'Name one of the endpoints that there are',
  InvalidUpload: 'Upload the model again, with the suffix and the metadata that the endpoint reads',
  ModelRejected: 'No user saw it: put the model right and upload it again',
  GoldenSetInvalid: 'Upload a golden set that fits the model, or take `goldenSet` out of the settings',
  GreenUnhealthy: "Read the log of the endpoint's function, then upload again",
  GreenIncompatible: 'Give blue and green the same role and dead-letter queue, and deploy',
  PreflightFailed: 'Put right what the message names, so that the canary can prove something, and start again',
  AlarmNotReady: 'Wait until the alarm is OK, or take it out of `vetoAlarms`, and start again',
  CanaryRegressed: 'Blue serves; look at the gate that failed, and change the model or its tolerance',
  LiveRegressed: 'Blue is back; look at the gate that failed, and change the model or its tolerance',
  InsufficientEvidence:
    'Put right what the message names, or give it more traffic or time: a longer strategy, a larger weight, approval ' +
    'with `hold`',
  DrillMissed: 'Blue serves; find out why the judge did not see failures of green: the runbook says where to look',
  LiveAliasMoved: 'The traffic was moved outside this rollout, and that stays: find out who, then start again',
  RolloutBusy: 'Wait for the rollout that runs, or abort it, and start again',
  RolloutStale: 'Start a new rollout; one that has ended cannot go on',
  DeployStopped: 'Blue serves; it is in line again: see what stopped its deploy, then resume it',
  ApprovalRejected: 'Blue serves; upload a better model, or start again and approve',
  HookFailed: 'Blue serves; read what the hook said, and change the model or what the hook asks for',
  HookError: "Blue serves; read the log of the hook's function, put it right, and start again",
  RollbackTargetUnavailable: 'Name a version that there is and that was live before',
  MetricsUnavailable: 'CloudWatch did not answer: see whether it does now, and start again',
  SettingsInvalid: 'Deploy the app again, which stores the settings anew',
  RestoreFailed: 'Look at the alarms and at what is in service; the runbook has a section on this',
  AwsThrottled: "Blue serves; wait for a quieter minute of the account's control plane, and start again",
  Stopped: 'The execution was stopped, and blue serves; start again when you want it',
  StoppedByRollback: 'A rollback had priority; start again when you want it',
  AbortedByPerson: 'A person aborted it, and blue serves; start again when you want it',
  RolloutWaits: 'It waited a day for its turn: see what runs, and start again',
  'States.Timeout': 'The execution ran for 24 days; start again with a shorter plan',
};

/** What ended a rollout, where its name alone does not say what to do. */
interface How {
  readonly error: string;
  readonly cause?: string | undefined;
  readonly decidedBy?: string | undefined;
}

const UNREADABLE: readonly string[] = [
  'MetricsUnavailable',
  'ModelRejected',
  'GoldenSetInvalid',
  'AlarmNotReady',
  'InvalidUpload',
];
/** How the cause begins of what was asked for and has no execution. */
export const NEVER_STARTED = 'its execution was never started';

/** The sentence for an error by its name; one that is none of ours is a person's word, or AWS's. */
export function adviceOn({ error, cause = '', decidedBy = '' }: How): string {
  const permission = 'A permission is missing, which the message names: give it back, then start again';
  // What cannot be read for it ends under the name of what was to be read.
  if (UNREADABLE.includes(error) && /not authorized to perform/.test(cause)) return permission;
  if (Object.hasOwn(ADVICE, error)) return ADVICE[error as keyof typeof ADVICE];
  if (decidedBy.startsWith('person')) return ADVICE.Stopped;
  if (/AccessDenied|not authorized to perform/.test(`${error} ${cause}`)) return permission;
  if (cause.startsWith(NEVER_STARTED)) return 'Read why in the log of start-rollout, then upload the model again';
  return 'AWS ended it, and retries did not help: look at the execution in Step Functions, then start again';
}
