import { type StateName, STATES } from '../workflow';
import { GATE_METRICS } from '../gates/gates';
import { MINUTE_MS } from '../minutes';
import type { CostedRollout } from './costed-rollout';
import { looksOf } from './looks';

/** Whether a number follows from the record's own times and counts, or from what such a step usually takes. */
export type Basis = 'counted' | 'estimated';

/** What a rollout used. */
export interface Usage {
  readonly stateTransitions: number;
  readonly lambdaRequests: number;
  readonly lambdaGBSeconds: number;
  readonly metricsRequested: number;
  /** Custom metrics of green's version, times the hours in which it served: CloudWatch bills them by the hour. */
  readonly customMetricHours: number;
  readonly s3Writes: number;
  readonly s3Reads: number;
  readonly s3GBMonths: number;
  readonly dynamodbWrites: number;
  readonly dynamodbReads: number;
  /** Events on EventBridge's default bus: one a transition. */
  readonly eventsPublished: number;
  readonly logGB: number;
  readonly provisionedGBSeconds: number;
}

export const BASIS: Readonly<Record<keyof Usage, Basis>> = {
  stateTransitions: 'counted',
  lambdaRequests: 'estimated',
  lambdaGBSeconds: 'estimated',
  metricsRequested: 'counted',
  customMetricHours: 'counted',
  s3Writes: 'counted',
  s3Reads: 'estimated',
  s3GBMonths: 'estimated',
  dynamodbWrites: 'estimated',
  dynamodbReads: 'estimated',
  eventsPublished: 'counted',
  logGB: 'estimated',
  provisionedGBSeconds: 'counted',
};

/** A step's run: most take a quarter of this. GB-seconds, 512 MB for a second. */
const STEP_GB_SECONDS = 0.5;
/**
 * Reading a model, waiting for a version to become active, and the golden set take longer: seconds of 512 MB to 1 GB.
 */
const SLOW_STEPS_GB_SECONDS = 10;
/** GB of the step that asks both versions. */
const REPLAY_STEP_GB = 1;
/** Calls of green and blue: are they ready, what do they take, and nine to warm green. */
const VERIFYING_CALLS = 12;
/** The kind of request that both answer: whether they do, and ten times how long they take. */
const CONTROL_CALLS = 22;
/** A run logs its start, its end, its numbers and a few lines. */
const LOG_BYTES_PER_RUN = 3_000;
/**
 * What ValidateModel, DeployGreen, VerifyGreen and the end write of lock, history and settings, and read; each look
 * reads once.
 */
const SINGLE_WRITES = 12;
const READS = 20;
/**
 * An announcement is written in a transaction, at twice the units, beside a note of it; then taken, noted and removed.
 */
const WRITES_PER_TRANSITION = 12;
/** Evidence, trace, record and report. */
const KEPT_BYTES = 500_000;
/** Failures, answers that are not finite, classes, warm durations, and what is counted for gates alone. */
export const METRICS_PER_VERSION = 4 + GATE_METRICS.length;

/**
 * A classifier counts one thing of its answers, which is in the number above; other tasks and settings may count more.
 */
const measuresMore = ({ state }: CostedRollout): number => Math.max(0, (state?.answers?.measures.length ?? 1) - 1);

const GB = 1e9;
/** A write unit is 1 KB of an item. */
const WRITE_BYTES = 1_024;
/** Provisioned concurrency is billed by five minutes. */
const PROVISIONED_STEP_SECONDS = 300;

/** Tasks that run more than once, that other numbers of the record count, or that leave no note where they refuse. */
const COUNTED_OTHERWISE: readonly StateName[] = [
  STATES.validateModel,
  STATES.deployGreen,
  STATES.verifyGreen,
  STATES.replayTraffic,
  STATES.shiftTraffic,
  STATES.judgeCanary,
  STATES.awaitApproval,
  STATES.judgeLive,
  STATES.finishRollout,
  STATES.abortRollout,
  STATES.revertRollout,
];

/** Each is followed by a question. */
const HOOK_CALLS: readonly StateName[] = [
  STATES.callHookBeforeTraffic,
  STATES.callHookBeforePromotion,
  STATES.callHookAfterPromotion,
];

/** @param recordBytes size of the record in the table; a plan has none to measure */
export function usageOf(rollout: CostedRollout, recordBytes = JSON.stringify(rollout).length): Usage {
  const { state, startedBy } = rollout;
  const looks = looksOf(rollout);
  const visited = (name: StateName) => state?.timeline.some((entry) => entry.state === name) === true;
  const count = (name: StateName) => (visited(name) ? 1 : 0);
  const failed = ['aborted', 'rejected', 'reverted', 'not-restored'].includes(rollout.outcome ?? '');
  const deployed = count(STATES.deployGreen) || (rollout.outcome === 'already-live' ? 1 : 0);
  // VerifyGreen notes what it found; where it refused green, it ran and left no note.
  const verifying = visited(STATES.verifyGreen) || (deployed === 1 && rollout.outcome === 'rejected') ? 1 : 0;
  const asked = state?.approval === undefined ? 0 : 1;
  const { chunks = 0, asked: replayed = 0, planned = 0, captured = planned } = state?.replay ?? {};
  const once = Object.values(STATES).filter((name) => visited(name) && !COUNTED_OTHERWISE.includes(name)).length;
  const hooks = HOOK_CALLS.filter(visited).length;
  const tasks =
    1 + chunks + deployed + verifying + looks.shifts + looks.canary + looks.watch + looks.early + asked + once + 1;
  // Each look is a wait and a question more; so are the questions after DeployGreen,
  // VerifyGreen, ReplayTraffic, a hook and AwaitApproval, of which a yes has two.
  // The end is a question (how did it end, or is blue back) and a state.
  const others =
    2 * (looks.canary + looks.watch + looks.early) +
    deployed +
    count(STATES.verifyGreen) +
    chunks +
    hooks +
    // After a yes in the canary its first look follows without a wait.
    asked * (state?.canary?.approved === undefined ? 1 + count(STATES.promoteGreen) : 1) +
    2;
  const extended = (state?.canary?.extendedMinutes ?? 0) > 0 ? 1 : 0;
  // It starts, is deployed, verified, shifted, promoted, and ends; a question has an answer.
  const transitions =
    (state === undefined ? 0 : 1) +
    count(STATES.deployGreen) * (rollout.outcome === 'already-live' ? 0 : 1) +
    count(STATES.verifyGreen) +
    looks.shifts +
    extended +
    2 * asked +
    count(STATES.promoteGreen) +
    1;
  const runs = tasks + (startedBy === 'upload' ? 1 : 0) + (failed ? 1 : 0) + transitions;
  const saves = 2 * looks.shifts + looks.canary + looks.watch + 6;
  const recordUnits = Math.ceil(recordBytes / WRITE_BYTES);
  const kept =
    (state?.canary === undefined ? 0 : looks.shifts + extended) +
    (looks.watch > 0 ? 1 : 0) +
    (state?.canary?.approved ? 1 : 0);
  return {
    stateTransitions: tasks + others,
    lambdaRequests: runs + 2 * replayed + (visited(STATES.verifyGreen) ? verifyingCalls(rollout) : verifying),
    lambdaGBSeconds:
      runs * STEP_GB_SECONDS + count(STATES.deployGreen) * SLOW_STEPS_GB_SECONDS + replayGBSeconds(rollout),
    // A chunk of a replay asks how many requests users send.
    metricsRequested: looks.metrics + chunks,
    customMetricHours: (METRICS_PER_VERSION + measuresMore(rollout)) * greenHours(rollout),
    // A replay's pairs are written before and after each chunk, and read before the next; each captured request is an
    // object of its own.
    s3Writes: kept + 2 + 2 * chunks,
    s3Reads: 4 + chunks + Math.round((replayed * captured) / Math.max(1, planned)),
    s3GBMonths: KEPT_BYTES / GB,
    dynamodbWrites:
      saves * (recordUnits + 1) +
      2 * (looks.canary + looks.watch + looks.early + looks.shifts) +
      // The record grows with the baseline: it is small at half of the transitions.
      Math.ceil(transitions * (recordUnits / 2 + WRITES_PER_TRANSITION)) +
      SINGLE_WRITES,
    dynamodbReads: READS + looks.canary,
    eventsPublished: transitions,
    logGB: (runs * LOG_BYTES_PER_RUN) / GB,
    provisionedGBSeconds: provisioned(rollout),
  };
}

/** Every row of the golden set is asked of green, and of blue where it answers. */
function verifyingCalls({ state }: CostedRollout): number {
  const { rows = 0, blueAccuracy, blueError } = state?.verification ?? {};
  const asked = (blueAccuracy ?? blueError) === undefined ? 1 : 2;
  // Before a canary green fails once on purpose, to see that it is counted.
  const onPurpose = state !== undefined && state.plan.steps.length > 0 && !state.plan.dryRun ? 1 : 0;
  // The made-up request that both versions answer, and are timed at, for the watch.
  const control = (state?.control === undefined ? 0 : CONTROL_CALLS) + (state?.watch?.calls ?? 0);
  return VERIFYING_CALLS + control + onPurpose + asked * rows;
}

/** Both versions' answers at the endpoint's memory, and the step that waits for them. */
function replayGBSeconds({ state, endedAt, startedAt }: CostedRollout): number {
  if (state?.replay === undefined) return 0;
  const { since, serverSeconds = 0 } = state.replay;
  const until = state.timeline.find((entry) => entry.state === STATES.replayTraffic)?.at ?? endedAt ?? startedAt;
  const { seconds = Math.max(0, Date.parse(until) - Date.parse(since)) / 1000 } = state.replay;
  return serverSeconds * (state.config.settings.memoryMB / 1024) + seconds * REPLAY_STEP_GB;
}

/** Hours, begun ones too, from green's first traffic to the end; none without a version that counts. */
function greenHours({ state, startedAt, endedAt }: CostedRollout): number {
  const from = state?.canary?.windows[0]?.from ?? state?.watch?.from;
  if (from === undefined || state?.config.builtIn !== true) return 0;
  return Math.max(1, Math.ceil((Date.parse(endedAt ?? startedAt) - Date.parse(from)) / (60 * MINUTE_MS)));
}

/** Green's, beside blue's, from its publication to the end, rounded up to five minutes. */
function provisioned({ state, startedAt, endedAt }: CostedRollout): number {
  if (state === undefined || state.green.version === undefined) return 0;
  const { provisionedConcurrency, memoryMB } = state.config.settings;
  const from = Date.parse(state.timeline.find((entry) => entry.state === STATES.deployGreen)?.at ?? startedAt);
  const seconds = Math.max(0, Date.parse(endedAt ?? startedAt) - from) / 1000;
  return (
    provisionedConcurrency *
    (memoryMB / 1024) *
    Math.ceil(seconds / PROVISIONED_STEP_SECONDS) *
    PROVISIONED_STEP_SECONDS
  );
}
