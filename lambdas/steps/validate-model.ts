import * as z from 'zod';
import type { Adapters } from '../adapters/adapters';
import { cloudwatchAlarms } from '../adapters/cloudwatch/alarms';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbSettings } from '../adapters/dynamodb/settings';
import { dynamodbTurns } from '../adapters/dynamodb/turns';
import { dynamodbUploads } from '../adapters/dynamodb/uploads';
import { dynamodbWaves } from '../adapters/dynamodb/waves';
import { sha256Hex } from '../adapters/crypto';
import { sfnExecutions } from '../adapters/executions';
import { lambdaEndpointCalls } from '../adapters/lambda/endpoint-calls';
import { lambdaLiveAlias } from '../adapters/lambda/aliases';
import { lambdaVersions, type VersionFacts } from '../adapters/lambda/versions';
import { s3Models } from '../adapters/s3/models';
import { type AdapterContext, type Made, ownClock, requiredVariable } from '../adapters/sdk/context';
import { keptClassNames } from '../contract/class-names';
import type { EndpointConfig } from '../contract/endpoint-settings';
import { InvalidInput, InvalidUpload, RolloutStale } from '../contract/errors';
import { type ExecutionInput, parseExecutionInput } from '../contract/execution-input';
import { ENV, LIVE_MODEL } from '../contract/names';
import type { DataSet } from '../contract/golden-set';
import type { RolloutRecord } from '../contract/rollout-record';
import { type RolloutState, type StateAfter, executionContextSchema } from '../contract/rollout-state';
import { tooManyEvents } from '../domain/looks';
import type { PinnedModel } from '../domain/rollout';
import { DRILL_STEP, minutesOfWatch, type Strategy, strategySteps } from '../domain/strategy';
import { STATES } from '../domain/workflow';
import { areNames } from '../domain/task';
import { rolloutStarted } from './announcements/transitions';
import { findLive, servedModel, contentOf, desiredEnvironment, requestKeyFor } from './rollout/model-environment';
import { noted } from './rollout/progress';
import { recordProgress } from './rollout/record-progress';
import { recoverHistory } from './rollout/recover-history';
import { checkAlarms, checkBlueFits, checkDrill, findEndpoint } from './validation/find-endpoint';
import { awaitTurn } from './uploads/start-deploy';
import { choosePin, chooseRollbackTarget } from './validation/choose-model';
import { aliasAtRest, takeLock } from './validation/take-lock';
import { pinGoldenSet } from './verification/answer-golden-set';
import { whyNotAllowed } from '../contract/upload-options';

export const validateModelInput = z.object({ execution: executionContextSchema, input: z.unknown() });
export type ValidateModelInput = z.output<typeof validateModelInput>;

/** How many rollouts run at once, as the control plane was deployed. */
const atOnce = (context: AdapterContext): number =>
  z.coerce.number().int().min(1).parse(requiredVariable(context, ENV.atOnce));

export const validateModelNeeds = {
  alarms: cloudwatchAlarms,
  atOnce,
  clock: ownClock,
  endpointCalls: lambdaEndpointCalls,
  executions: sfnExecutions,
  hash: () => sha256Hex,
  liveAlias: lambdaLiveAlias,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  models: s3Models,
  records: dynamodbRecords,
  settings: dynamodbSettings,
  turns: dynamodbTurns,
  uploads: dynamodbUploads,
  versions: lambdaVersions,
  waves: dynamodbWaves,
};
type Needs = Made<typeof validateModelNeeds>;

/**
 * Turns the execution's input into a complete plan, takes the endpoint's lock, pins the model and checks what can be
 * checked without running it. Nothing is changed but the lock and the record; a rollback stops the rollout that runs.
 */
export async function validateModel(
  ports: Needs,
  { execution, input: raw }: ValidateModelInput,
): Promise<StateAfter<'validateModel'>> {
  const { clock } = ports;
  const input = parseExecutionInput(raw);
  const config = await findEndpoint(ports, input);
  const endpoint = config.settings.name;

  const strategy = input.action === 'drill' ? { steps: [DRILL_STEP] } : (input.strategy ?? config.settings.strategy);
  checkHistory(strategy, config);
  const before = await refuseRedrive(ports, endpoint, execution.name);

  const stopped = await takeLock(ports, config, execution, input);
  // What waits for its turn is asked each minute, for a day: of AWS it needs no more than that until it has one.
  const waiting = before?.state?.waitsFor === undefined ? undefined : before.state;
  if (waiting !== undefined) await awaitTurn(ports, waiting, input);
  const alias = await aliasAtRest(ports, config, input.action);

  const { facts: blueFacts, model: blueModel } = await findBlue(ports, config, alias.version);
  const state: RolloutState = {
    id: execution.name,
    executionArn: execution.id,
    startedAt: execution.startTime,
    endpoint,
    config,
    plan: {
      action: input.action,
      strategy,
      steps: [...strategySteps(strategy)],
      reason: input.reason ?? '',
      startedBy: input.by === undefined ? input.startedBy : `${input.startedBy}: ${input.by}`,
      ...(input.model !== undefined && { requestedModel: input.model }),
      dryRun: input.dryRun,
      force: input.force,
    },
    phase: 'before-traffic',
    blue: { version: alias.version, ...(blueModel && { model: blueModel }) },
    green: {},
    alias: { revisionId: alias.revisionId },
    waitSeconds: 1,
    next: 'verify',
    weights: [],
    timeline: [],
  };
  // Kept before anything can be refused, so that the record says what was asked for.
  await recordProgress(ports, state, rolloutStarted(clock, state));
  checkDrill(input, config);
  checkStillAllowed(input, config);
  if (waiting === undefined) await awaitTurn(ports, state, input);
  await recoverHistory(ports, config);
  const target =
    input.action === 'rollback'
      ? await chooseRollbackTarget(ports, state, input.to, stopped)
      : await choosePin(ports, state, input.action === 'drill' ? { ...input, model: LIVE_MODEL } : input);
  // A rollback is not held to the golden set: it is urgent, and a file that is missing must not stop it.
  const golden = input.action === 'rollback' ? undefined : await pinGoldenSet(ports, state);
  const planned: RolloutState = {
    ...state,
    ...target,
    ...taskFor(config, golden?.dataSet),
    ...(golden && { goldenSet: golden.pin }),
  };
  await recordProgress(ports, planned);

  const alreadyLive =
    planned.green.version === planned.blue.version || (await isAlreadyLive(ports, planned, blueFacts));
  if (!alreadyLive) {
    await checkBlueFits(ports, planned, blueFacts);
    await checkAlarms(ports, planned);
  }
  const result = noted(
    { ...planned, next: alreadyLive ? 'already-live' : 'verify' },
    clock,
    STATES.validateModel,
    inWords(planned),
  );
  await recordProgress(ports, result);
  return result;
}

/**
 * What Lambda says of blue, and its model. A live version that was deleted, or whose settings cannot be read, has a
 * model all the same, by the list of what was live: taken for none, its successor would be a first model.
 */
async function findBlue(
  { liveModels, versions }: Pick<Needs, 'liveModels' | 'versions'>,
  { functionName, settings }: EndpointConfig,
  version: string,
): Promise<{ readonly facts: VersionFacts | undefined; readonly model: PinnedModel | undefined }> {
  const facts = await findLive({ versions }, functionName, version);
  const served = facts && servedModel(facts.environment);
  if (served !== undefined) return { facts, model: served };
  const periods = await liveModels.livePeriods(settings.name);
  return { facts, model: periods.find((period) => period.version === version)?.model };
}

/**
 * What green is told that it answers. Labels that are arrays leave no doubt; what others leave open, verification
 * decides.
 */
function taskFor({ settings }: EndpointConfig, goldenSet: DataSet | undefined): Pick<RolloutState, 'task' | 'labels'> {
  const labels = goldenSet?.labels ?? [];
  const task = settings.task ?? taskOfArrays(labels.filter((one) => typeof one === 'object'));
  const texts = [...new Set(labels.filter((one) => typeof one === 'string'))].sort();
  // More would not fit the environment beside all else; the rollout is then told to set "classNames".
  const fit = settings.classNames === undefined && texts.length > 0 && keptClassNames(texts) === undefined;
  return { ...(task !== undefined && { task }), ...(fit && { labels: texts }) };
}

/**
 * Of bits where exactly one is set each time, the answers must say whether these are classes; so they must of lists of
 * any length.
 */
function taskOfArrays(given: readonly (readonly string[] | readonly number[])[]): RolloutState['task'] {
  if (areNames(given)) return 'multilabel';
  const labels = given as readonly (readonly number[])[];
  if (labels.some(({ length }) => length !== labels[0]!.length)) {
    const areBoxes = [4, 5].some((size) => labels.every(({ length }) => length % size === 0));
    return !areBoxes && labels.every((one) => one.every(Number.isInteger)) ? 'classification' : undefined;
  }
  if (labels.length === 0) return undefined;
  if (!labels.every((one) => one.every((bit) => bit === 0 || bit === 1))) return 'forecast';
  return labels.every((one) => one.filter((bit) => bit === 1).length === 1) ? undefined : 'multilabel';
}

function inWords(state: RolloutState): string {
  const what = state.green.model
    ? `${state.green.model.key} (sha256 ${state.green.model.sha256.slice(0, 12)})`
    : `version ${state.green.version ?? '?'}`;
  const blue = state.blue.model ? `version ${state.blue.version} (${state.blue.model.key})` : 'no model yet';
  return `${state.plan.action} to ${what}; blue is ${blue}`;
}

/**
 * An upload was allowed its strategy when it came. It may have waited since, and a deploy made the endpoint more
 * careful.
 */
function checkStillAllowed(
  { startedBy, strategy, model = 'upload' }: ExecutionInput,
  { settings }: EndpointConfig,
): void {
  const why = startedBy === 'upload' && strategy !== undefined ? whyNotAllowed(settings, strategy) : undefined;
  if (why === undefined) return;
  throw new InvalidUpload(
    `${model}: metadata strategy: ${why}. Those were not the endpoint's settings when it was uploaded; upload it ` +
      'again, or let a person who may start executions choose',
  );
}

/** An execution that Step Functions would end half way, with green's share in traffic, is not begun. */
function checkHistory(strategy: Strategy, { settings }: EndpointConfig): void {
  const steps = strategySteps(strategy);
  const { extendMinutes } = settings.onInsufficientEvidence;
  const why = tooManyEvents({ steps, extendMinutes, watchMinutes: minutesOfWatch(steps, settings, 0) });
  if (why !== undefined) throw new InvalidInput(`strategy: ${why}`);
}

/**
 * The first step takes the lock anew, so that the lock cannot tell a redrive of an execution that has ended; its record
 * can. Later steps find that they no longer own the lock.
 */
async function refuseRedrive(
  { records }: Pick<Adapters, 'records'>,
  endpoint: string,
  rolloutId: string,
): Promise<RolloutRecord | undefined> {
  const record = await records.readRecord(endpoint, rolloutId);
  if (record?.status !== 'ended') return record;
  throw new RolloutStale(
    `endpoint ${endpoint}: rollout ${rolloutId} has ended before; start a new one instead of a redrive`,
  );
}

/**
 * True when blue already serves these very bytes with the code and settings that green would get. A blue whose own
 * object is gone serves them only until its environments are: the same bytes uploaded again are what puts that right.
 */
async function isAlreadyLive(
  ports: Pick<Adapters, 'models' | 'versions'>,
  state: RolloutState,
  blue: VersionFacts | undefined,
): Promise<boolean> {
  const model = state.green.model;
  if (
    state.plan.force ||
    state.plan.action === 'rollback' ||
    blue === undefined ||
    model?.sha256 !== state.blue.model?.sha256
  )
    return false;
  const pinned = state.blue.model;
  if (pinned !== undefined && (await ports.models.describeModel(pinned.key, pinned.versionId)) === undefined)
    return false;
  const latest = await ports.versions.describeVersion(state.config.functionName, '$LATEST');
  if (latest === undefined || latest.codeFingerprint !== blue.codeFingerprint) return false;
  const requestKey = requestKeyFor(state, blue.environment, latest.environment);
  const desired = desiredEnvironment(state, latest.environment, requestKey);
  return contentOf(desired) === contentOf(blue.environment);
}
