import type { ErrorName } from '../../../lambdas/contract/errors';
import type { Outcome } from '../../../lambdas/domain/rollout';
import type { StrategyPreset } from '../../../lambdas/domain/strategy';

export const INPUT_WORDS: Readonly<Record<string, { readonly default: string; readonly meaning: string }>> = {
  endpoint: { default: 'the only endpoint', meaning: 'Which endpoint; not needed with `model`' },
  model: {
    default: 'the newest',
    meaning: '`s3://BUCKET/models/<endpoint>/<file>`, with `?versionId=…` for an older object version; or `live`',
  },
  strategy: {
    default: "the endpoint's",
    meaning:
      'A preset, or `{ "steps": [{ "weight": 10, "bakeMinutes": 15 }] }` with growing weights 1 to 99. A step ' +
      'may end sooner: `"until": "works"` once a total failure is excluded, `"until": "proof"`, of the last ' +
      'step, once every gate has its proof',
  },
  reason: { default: 'empty', meaning: 'Why; for the record' },
  by: { default: '', meaning: 'Who asks; for the record' },
  action: {
    default: '`rollout`',
    meaning: '`rollout`, `rollback`, or `drill`, which fails users on purpose where the settings allow it',
  },
  to: { default: 'see above', meaning: 'Rollback only: a version number as text, `"7"`' },
  dryRun: { default: '`false`', meaning: 'Validate and verify only' },
  force: {
    default: '`false`',
    meaning:
      "Go on although the model is live already, or its inputs or outputs differ from blue's, or a rollback's target answers nothing",
  },
  startedBy: { default: '`person`', meaning: 'Set by Greenlight itself: `upload` or `deploy`' },
  Comment: { default: '', meaning: 'Ignored; the console fills it in' },
};

export const STRATEGY_WORDS: Readonly<Record<StrategyPreset, string>> = {
  AllAtOnce: '100 % as soon as green is verified',
  Canary10Percent5Minutes: '10 %',
  Canary10Percent15Minutes: '10 %',
  Linear10PercentEvery1Minute: '10, 20 … 90 %',
  Linear10PercentEvery10Minutes: '10, 20 … 90 %',
  Progressive: '1, 5, 10, 25, 50 %, 5 minutes each',
  Auto:
    '10 % until a total failure is excluded, then 50 % until every gate that decides has its proof: at least 5 ' +
    'minutes of evidence, at most 60; then a watch until 15 minutes after green got its first traffic',
};

export const OUTCOME_WORDS: Readonly<Record<Outcome, { readonly end: string; readonly inService: string }>> = {
  promoted: { end: '`RolloutPromoted`', inService: 'green' },
  'promoted-first': { end: '`RolloutPromoted`', inService: "green, the endpoint's first model" },
  'already-live': { end: '`AlreadyLive`', inService: 'as before: the same bytes, code and settings are live' },
  'dry-run-passed': { end: '`DryRunPassed`', inService: 'as before' },
  rejected: { end: '`RolloutAborted` (failed)', inService: 'blue; green never saw a user' },
  aborted: { end: '`RolloutAborted` (failed)', inService: 'blue' },
  reverted: { end: '`RolloutReverted` (failed)', inService: 'blue again' },
  'not-restored': {
    end: '`RolloutNotRestored` (failed)',
    inService: 'not blue: the notice "Action needed" says what is, green still, an earlier version, or nothing',
  },
};

export const ERROR_WORDS: Readonly<Record<ErrorName, string>> = {
  InvalidInput: "The execution's input is not what the table above says",
  UnknownEndpoint: 'There is no such endpoint, or none was named and there are several',
  InvalidUpload: 'The object starts no rollout: suffix, metadata, a strategy it may not choose, or not readable',
  ModelRejected: 'The model itself is refused: size, sha256, not loadable, no answer, other inputs, accuracy, NaN',
  GoldenSetInvalid: 'The golden set is missing, malformed, or does not fit the model',
  GreenUnhealthy: 'Green did not become active or does not answer',
  GreenIncompatible: 'Blue and green have different roles or dead-letter queues and cannot share an alias',
  PreflightFailed: 'A canary would prove nothing: callers bypass the alias, failures or predictions are not counted',
  AlarmNotReady: 'An alarm in `vetoAlarms` does not exist, has no data or is in ALARM before the rollout began',
  CanaryRegressed: 'The judge said `fail` during the canary, or a veto alarm was in ALARM',
  LiveRegressed: 'The same after promotion',
  InsufficientEvidence: 'The bake ended without proof either way, or blue had no caller in the hour before',
  DrillMissed: 'A version that failed its users on purpose was not stopped by the judge in its time',
  LiveAliasMoved: 'The live alias was changed outside the rollout; that change stays',
  RolloutBusy: 'Another rollout of the endpoint runs',
  RolloutStale: 'This execution no longer owns the endpoint: stopped, replaced, or redriven too late',
  DeployStopped: 'Its deploy was stopped at another endpoint before this one had its turn; it is in line again',
  ApprovalRejected: 'A person said no, or no answer came and the default is no',
  HookFailed: 'A hook of the endpoint said `fail`, before or after promotion',
  HookError: 'A hook of the endpoint gave no answer: it crashed, took too long, or said something else',
  RollbackTargetUnavailable: 'The version to go back to does not exist, cannot be used, or served no model',
  MetricsUnavailable: 'CloudWatch gave no complete answer in time, in the canary or in the watch',
  SettingsInvalid: "The endpoint's stored settings do not parse; deploy again",
  RestoreFailed: 'The workflow could not put blue back; the safety net and the reconciler go on trying',
  AwsThrottled: "AWS turned the account's calls away for longer than a step waits for that, half an hour",
};
