import type { ErrorName } from './errors';

/** Errors of an execution that a person or a rollback stopped, or that AWS ended. */
type EndedOtherwise = 'Stopped' | 'StoppedByRollback' | 'AbortedByPerson' | 'States.Timeout';

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
  InsufficientEvidence: 'Give it more traffic or time: a longer strategy, a larger weight, or approval with `hold`',
  LiveAliasMoved: 'The traffic was moved outside this rollout, and that stays: find out who, then start again',
  RolloutBusy: 'Wait for the rollout that runs, or abort it, and start again',
  RolloutStale: 'Start a new rollout; one that has ended cannot go on',
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
  'States.Timeout': 'The execution ran for 24 days; start again with a shorter plan',
};

/** The sentence for an error by its name. */
export const adviceOn = (error: string): string =>
  Object.hasOwn(ADVICE, error)
    ? ADVICE[error as keyof typeof ADVICE]
    : 'AWS ended it, and retries did not help: look at the execution in Step Functions, then start again';
