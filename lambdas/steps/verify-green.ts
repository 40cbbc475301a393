import { type Made, ownClock } from '../adapters/sdk/context';
import { lambdaVersions } from '../adapters/lambda/versions';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { s3Models } from '../adapters/s3/models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { cloudwatchFunctionCalls } from '../adapters/cloudwatch/function-calls';
import { cloudwatchEvidence } from '../adapters/cloudwatch/evidence';
import { lambdaEndpointCalls } from '../adapters/lambda/endpoint-calls';
import { s3CapturedRequests } from '../adapters/s3/captured-requests';
import { GreenUnhealthy } from '../contract/errors';
import { type Next, STATES } from '../domain/workflow';
import type { RolloutState, StateAfter } from '../contract/rollout-state';
import { shiftInWords } from '../domain/prediction-shift';
import { greenVerified } from './announcements/rollout-transitions';
import { preflight } from './preflight/preflight';
import { renewOwnership } from './rollout/ownership';
import { comparable, noted } from './rollout/progress';
import { recordProgress } from './rollout/record-progress';
import { meetBlue } from './verification/ask-blue';
import { classNameOf } from './verification/class-name-of';
import { checkGoldenSet } from './verification/check-golden-set';
import { checkMissingValues } from './verification/check-missing-values';
import { checkReady, patientCalls } from './verification/check-ready';
import { checkSignature } from './verification/check-signature';
import { replayCaptured } from './verification/replay-captured';
import { controlFor } from './judgement/ask-both';
import { warmUp } from './verification/warm-up';

export const verifyGreenNeeds = {
  capturedRequests: s3CapturedRequests,
  clock: ownClock,
  endpointCalls: lambdaEndpointCalls,
  evidence: cloudwatchEvidence,
  functionCalls: cloudwatchFunctionCalls,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  models: s3Models,
  records: dynamodbRecords,
  versions: lambdaVersions,
};
type Needs = Made<typeof verifyGreenNeeds>;

/**
 * Tests green by its version, before any user sees it: ready, same signature as blue, golden set, replay, warm. Then,
 * if a canary comes, whether it can prove anything.
 */
export async function verifyGreen(handed: Needs, given: RolloutState): Promise<StateAfter<'verifyGreen'>> {
  const version = given.green.version;
  if (version === undefined) throw new GreenUnhealthy('there is no green version to verify');
  const ports: Needs = { ...handed, endpointCalls: patientCalls(handed, version) };
  await renewOwnership(ports, given);
  const loaded = await checkReady(ports, given, version);
  const blue = await blueOf(ports, given, version);
  const signature = await checkSignature(
    ports,
    given,
    version,
    blue && 'signature' in blue ? blue.signature : undefined,
  );
  if (blue && 'signature' in blue) await checkMissingValues(ports, given, version, blue.signature);
  const met = silenced(given, blue && 'silent' in blue ? blue.silent : undefined);
  const checks = met.plan.action !== 'rollback';
  const golden = checks ? await checkGoldenSet(ports, met, version) : undefined;
  const state = silenced(met, met.blue.silent ?? golden?.silent);
  await refuseFor(ports, state, golden);
  const replay = checks ? await replayCaptured(ports, state, version) : undefined;
  const numbers = { ...loaded.numbers, ...golden?.numbers, ...replay?.numbers };
  await refuseFor(ports, state, replay && { ...replay, numbers });
  const next = afterVerification(state);
  const { warmed, ready } = await keeping(ports, state, numbers, async () => ({
    // Rows and users' requests that were answered show more than made-up ones.
    warmed: await warmUp(ports, state, version, signature, golden !== undefined || (numbers.replayed ?? 0) > 0),
    ready: next === 'canary' ? await preflight(ports, state, version) : undefined,
  }));
  const control = await controlFor(ports, state, version, signature);
  // What users ask says more of them than rows that somebody chose.
  const shift = replay?.shift ?? golden?.shift;
  const note = [
    ...(loaded.note === undefined ? [] : [loaded.note]),
    ...(signature.parameters?.left_out ?? []).map((text) => `not served: ${text}`),
    ...(state.blue.silent === undefined ? [] : [`${state.blue.silent}; ${WITHOUT_BLUE}`]),
    golden?.note ?? 'no golden set',
    ...(replay ? [replay.note] : []),
    ...(shift ? [shiftInWords(shift, classNameOf(state, numbers))] : []),
    warmed,
    ...(ready === undefined ? [] : [ready]),
  ].join('; ');
  const result = noted(
    {
      ...state,
      next,
      ...(control !== undefined && { control }),
      waitSeconds: state.config.settings.approval.timeoutMinutes * 60, // read by AwaitApproval alone; a shift sets its own
      ...(Object.keys(numbers).length > 0 && {
        verification: { ...numbers, ...(shift && { predictionShift: { ...shift, classes: [...shift.classes] } }) },
      }),
    },
    ports.clock,
    STATES.verifyGreen,
    note,
  );
  await recordProgress(ports, result, greenVerified(ports.clock, result));
  return result;
}

const WITHOUT_BLUE = 'there is nothing to compare green with, so it gets no canary';

/**
 * Blue, if it is needed: a rollback to a version that was live lately asks nothing of it, and the first model of an
 * endpoint has none.
 */
async function blueOf(
  ports: Needs,
  state: RolloutState,
  green: string,
): Promise<Awaited<ReturnType<typeof meetBlue>> | undefined> {
  const needsNone = state.plan.action === 'rollback' && state.plan.steps.length === 0;
  return state.blue.model === undefined || needsNone ? undefined : meetBlue(ports, state, green);
}

const silenced = (state: RolloutState, silent: string | undefined): RolloutState => ({
  ...state,
  blue: { ...state.blue, silent },
});

type Numbers = NonNullable<RolloutState['verification']>;
type Found = { readonly numbers: Numbers; readonly refusal: Error | undefined };

/** Refuses a model for its numbers, which the record keeps. */
async function refuseFor(ports: Needs, state: RolloutState, found: Found | undefined): Promise<void> {
  const refusal = found?.refusal;
  if (found !== undefined && refusal !== undefined)
    await keeping(ports, state, found.numbers, () => Promise.reject(refusal));
}

/** Whatever fails after the numbers were found: they are in the record, from which the ending takes them. */
async function keeping<T>(ports: Needs, state: RolloutState, numbers: Numbers, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (Object.keys(numbers).length > 0)
      // What went wrong must not be hidden by a record that cannot be written.
      await recordProgress(ports, { ...state, verification: numbers }).catch(() => undefined);
    throw error;
  }
}

/** A canary needs a blue to compare with, which answers, and a weight to give; a rollback to a version that was live lately needs neither. */
function afterVerification(state: RolloutState): Next<'verifyGreen'> {
  if (state.plan.dryRun) return 'discard';
  const canary = comparable(state) && state.plan.steps.length > 0;
  if (canary) return 'canary';
  const asked = state.config.settings.approval.mode === 'before-promote' && state.plan.action === 'rollout';
  return asked ? 'approve' : 'promote';
}
