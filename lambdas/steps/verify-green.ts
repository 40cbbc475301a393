import type { Adapters } from '../adapters/adapters';
import { cloudwatchEvidence } from '../adapters/cloudwatch/evidence';
import { cloudwatchFunctionCalls } from '../adapters/cloudwatch/function-calls';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { lambdaEndpointCalls } from '../adapters/lambda/endpoint-calls';
import { lambdaPreviewAlias } from '../adapters/lambda/aliases';
import { lambdaVersions } from '../adapters/lambda/versions';
import { s3Models } from '../adapters/s3/models';
import { type Made, ownClock } from '../adapters/sdk/context';
import { GreenUnhealthy, PreflightFailed, RollbackTargetUnavailable } from '../contract/errors';
import { LIVE_ALIAS } from '../contract/names';
import type { RolloutState, StateAfter } from '../contract/rollout-state';
import { isOpenVector, measuresOfTask } from '../domain/measures/measures';
import { shiftInWords } from '../domain/prediction-shift';
import { STATES } from '../domain/workflow';
import { greenVerified } from './announcements/transitions';
import { controlFor } from './judgement/control';
import { findSamples } from './replay/draw-requests';
import { readBlueBefore, requestsIn } from './judgement/read-baseline';
import { foresee, isForeseen, planDrill, refuseDrillAlone } from './preflight/foresee';
import { checkErrorsAreCounted } from './preflight/check-errors-counted';
import { checkBlueHasData } from './preflight/check-evidence';
import { findLive } from './rollout/model-environment';
import { renewOwnership, recordProgress } from './rollout/record-progress';
import { previewGreen } from './rollout/preview';
import { afterVerification, canaryComes, comparable, noted } from './rollout/progress';
import { checkBlueFits } from './validation/find-endpoint';
import { meetBlue, agreeOnAnswers, refuseUncounted, checkSignature } from './verification/ask-blue';
import { namesOfBoth, Understanding, checkReady, patientCalls } from './verification/ask-version';
import { checkGoldenSet } from './verification/check-golden-set';
import { checkMissingValues } from './verification/missing-values';
import { answersToDrawn, warmUp } from './verification/warm-up';

export const verifyGreenNeeds = {
  clock: ownClock,
  endpointCalls: lambdaEndpointCalls,
  evidence: cloudwatchEvidence,
  functionCalls: cloudwatchFunctionCalls,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  models: s3Models,
  previewAlias: lambdaPreviewAlias,
  records: dynamodbRecords,
  versions: lambdaVersions,
};
type Needs = Made<typeof verifyGreenNeeds>;

/** There is no model to mend of a version that a person wants back and that is not ready: another one helps. */
const asUnavailable =
  ({ endpoint, plan }: RolloutState) =>
  (error: unknown): never => {
    if (plan.action !== 'rollback' || !(error instanceof GreenUnhealthy)) throw error;
    throw new RollbackTargetUnavailable(`to: endpoint ${endpoint}: ${error.message}`);
  };

/**
 * Tests green by its version, before any user sees it: ready, same signature as blue, golden set, warm. Then,
 * if a canary comes, whether it can prove anything.
 */
export async function verifyGreen(handed: Needs, given: RolloutState): Promise<StateAfter<'verifyGreen'>> {
  const version = given.green.version;
  if (version === undefined) throw new GreenUnhealthy('there is no green version to verify');
  const ports: Needs = { ...handed, endpointCalls: patientCalls(handed, [version]) };
  await renewOwnership(ports, given);
  const loaded = await checkReady(ports, given, version).catch(asUnavailable(given));
  const blue = await blueOf(ports, given, version);
  const signature = await checkSignature(
    ports,
    given,
    version,
    blue && 'signature' in blue ? blue.signature : undefined,
  ).catch(asUnavailable(given));
  if (blue && 'signature' in blue) await checkMissingValues(ports, given, version, blue.signature);
  const agreed = agreeOnAnswers(given, signature, blue && 'signature' in blue ? blue.signature : undefined);
  const met: RolloutState = {
    ...silenced(given, blue && 'silent' in blue ? blue.silent : undefined),
    ...(agreed && { answers: agreed }),
  };
  const checks = met.plan.action !== 'rollback';
  const golden = checks ? await checkGoldenSet(ports, met, version) : undefined;
  const samples = await findSamples(ports, met);
  const state = {
    ...silenced(met, met.blue.silent ?? golden?.silent),
    ...(golden && { understood: golden.understood }),
    ...(samples !== undefined && { samples }),
  };
  await refuseFor(ports, state, golden);
  const understanding = new Understanding(ports, state, version);
  const heard = { ...ports, endpointCalls: understanding.endpointCalls };
  const numbers = { ...loaded.numbers, ...golden?.numbers };
  const next = afterVerification(state);
  // Answers are compared, in a canary or in a replay.
  if (canaryComes(state) || next === 'replay') refuseUncounted(state, signature);
  refuseDrillAlone(state);
  const { warmed, understood, answers, ready, outlook, plan, hadRequests } = await keeping(
    ports,
    state,
    numbers,
    async () => {
      // Rows that were answered show more than made-up ones.
      const warmed = await warmUp(heard, state, version, signature, golden !== undefined);
      const draw =
        comparable(state) && isOpenVector(agreed) ? () => answersToDrawn(ports, state, signature) : undefined;
      const understood = golden?.understood ?? (await understanding.of(signature, draw));
      const compared = agreed && measuresOfTask(understood.task, agreed.measures, golden?.labelled === true);
      const answers = agreed && { ...agreed, measures: [...(compared ?? [])] };
      const foreseen = canaryComes(state)
        ? await preflight(ports, { ...state, ...(answers && { answers }) }, version, next)
        : { ready: undefined, outlook: undefined, plan: state.plan, hadRequests: undefined };
      return { warmed, understood, answers, ...foreseen };
    },
  );
  const control = await controlFor(ports, state, version, signature);
  const shift = golden?.shift;
  const shown = await previewGreen(ports, state, version);
  const note = [
    ...(loaded.note === undefined ? [] : [loaded.note]),
    ...(signature.parameters?.left_out ?? []).map((text) => `not served: ${text}`),
    ...(state.blue.silent === undefined ? [] : [`${state.blue.silent}; ${WITHOUT_BLUE}`]),
    ...(answers === undefined ? [] : [countedInWords(answers)]),
    golden?.note ?? 'no golden set',
    ...(shift === undefined ? [] : [shiftInWords(shift, classNameOf(state))]),
    warmed,
    ...(ready === undefined ? [] : [ready]),
    ...(outlook === undefined ? [] : [outlook.words]),
    shown.note,
  ].join('; ');
  const result = noted(
    {
      ...state,
      ...(answers && { answers }),
      understood,
      ...{ next, plan },
      ...control,
      ...(outlook && { outlook }),
      ...(hadRequests !== undefined && { hadRequests }),
      ...(shown.preview && { preview: shown.preview }),
      waitSeconds: state.config.settings.approval.timeoutMinutes * 60, // for AwaitApproval alone; a shift sets its own
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

const countedInWords = ({ measures, nothing }: NonNullable<RolloutState['answers']>): string =>
  nothing === undefined
    ? `compared of answers: ${measures.join(', ') || 'nothing'}`
    : `answers are not compared: ${nothing}`;

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
type Verified = { readonly numbers: Numbers; readonly refusal: Error | undefined };

/** Refuses a model for its numbers, which the record keeps. */
async function refuseFor(ports: Needs, state: RolloutState, found: Verified | undefined): Promise<void> {
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

/** What people call a class index: its name, or the number itself. */
function classNameOf(state: RolloutState): (index: number) => string {
  const names = namesOfBoth(state);
  return (index) => `class ${names === undefined ? index : (names[index] ?? 'other')}`;
}

/**
 * What a canary stands on, looked at before any traffic moves: the alias takes weights, blue has numbers where the
 * judge will look for them, and a failure is counted; and what this traffic can prove. Answers what was found, for the
 * record. Throws GreenIncompatible, PreflightFailed or InsufficientEvidence.
 */
export async function preflight(
  ports: Pick<Adapters, 'clock' | 'endpointCalls' | 'evidence' | 'functionCalls' | 'liveModels' | 'versions'>,
  state: RolloutState,
  version: string,
  next: RolloutState['next'],
): Promise<{ readonly ready: string } & Pick<RolloutState, 'hadRequests' | 'outlook' | 'plan'>> {
  await checkAliasTakesWeights(ports, state);
  const counted = await checkErrorsAreCounted(ports, state, version);
  // What a replay proves beforehand, the canary need not.
  const isAsked = next !== 'replay' && isForeseen(state);
  const before = await readBlueBefore(ports, state, isAsked ? 'whole' : 'outline');
  const data = await checkBlueHasData(ports, state, before);
  const plan = state.plan.action === 'drill' ? planDrill(state, before) : state.plan;
  const hadRequests = before.baseline && requestsIn(before.baseline);
  return { ready: `${counted}; ${data}`, outlook: isAsked ? foresee(state, before) : undefined, plan, hadRequests };
}

/**
 * Lambda gives an alias weights only for two versions of one role and one dead-letter queue, and never while the alias
 * itself has provisioned concurrency: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 * Validation looked at what was to be published; this looks at what was.
 */
async function checkAliasTakesWeights({ versions }: Pick<Adapters, 'versions'>, state: RolloutState): Promise<void> {
  const { functionName } = state.config;
  await checkBlueFits({ versions }, state, await findLive({ versions }, functionName, state.blue.version));
  const onAlias = await versions.readProvisionedOnLive(functionName);
  if (onAlias === undefined) return;
  throw new PreflightFailed(
    `the alias "${LIVE_ALIAS}" of ${functionName} has provisioned concurrency of its own (${onAlias.status}), so ` +
      'Lambda lets it have no weights. Take it away (aws lambda delete-provisioned-concurrency-config ' +
      `--function-name ${functionName} --qualifier ${LIVE_ALIAS}) and set "provisionedConcurrency" of the ` +
      'endpoint, which goes to versions; or roll out with "strategy": "AllAtOnce"',
  );
}
