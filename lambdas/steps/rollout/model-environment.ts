import { modelServerVariables } from '../../contract/model-server-env';
import { type RolloutState, pinnedModelSchema } from '../../contract/rollout-state';
import type { PinnedModel } from '../../domain/rollout';
import type { Adapters } from '../../adapters/adapters';
import type { VersionFacts } from '../../adapters/lambda/versions';
import { GreenUnhealthy } from '../../contract/errors';

type Variables = Readonly<Record<string, string>>;

const MODEL_ADDRESS = ['GREENLIGHT_MODEL_BUCKET', 'GREENLIGHT_MODEL_KEY', 'GREENLIGHT_MODEL_VERSION_ID'];
const REQUEST_KEY = 'GREENLIGHT_REQUEST_KEY';
/** Makes an otherwise unchanged function publish a new version; only written when a person asks for it. */
const FORCED_BY = 'GREENLIGHT_FORCED_BY';

/** What Lambda says of the live version; undefined when it is gone or cannot be read, which must stop no fix. */
export async function findLive(
  { versions }: Pick<Adapters, 'versions'>,
  functionName: string,
  version: string,
): Promise<VersionFacts | undefined> {
  return versions.describeVersion(functionName, version).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'EnvironmentUnreadable') return undefined;
    throw error;
  });
}

/** The model that a version serves, from its frozen environment. */
export function servedModel(environment: Variables): PinnedModel | undefined {
  const parsed = pinnedModelSchema.safeParse({
    bucket: environment['GREENLIGHT_MODEL_BUCKET'],
    key: environment['GREENLIGHT_MODEL_KEY'],
    versionId: environment['GREENLIGHT_MODEL_VERSION_ID'],
    sha256: environment['GREENLIGHT_MODEL_SHA256'],
  });
  return parsed.success ? parsed.data : undefined;
}

/** A version that was published for a drill, which fails all calls through the live alias. */
export const isOfDrill = (environment: Variables): boolean => environment['GREENLIGHT_DRILL'] !== undefined;

/**
 * The key of request ids that green must have: blue's, so that either takes labels of the other's answers, and else
 * what an earlier rollout wrote. `new` where neither has one of the settings' edition; undefined where no labels are
 * taken. It is kept in the versions' environments and nowhere else: a state, a record or an item of the table would
 * show it to more.
 */
export function requestKeyFor(
  { config: { builtIn, settings } }: RolloutState,
  ...kept: readonly (Variables | undefined)[]
): string | undefined {
  if (!builtIn || settings.feedback === false) return undefined;
  const edition = `${settings.feedback.keyEdition}.`;
  return kept.map((environment) => environment?.[REQUEST_KEY]).find((key) => key?.startsWith(edition)) ?? 'new';
}

/** A new key of the settings' edition, of so many random bytes as text. */
const newRequestKey = ({ config: { settings } }: RolloutState, random: string): string =>
  `${settings.feedback === false ? 0 : settings.feedback.keyEdition}.${random}`;

/**
 * Everything that green's environment must say. Whatever an earlier rollout left in `$LATEST` is dropped: what the app
 * deployed there stays, what names a model is written anew and whole.
 */
export function desiredEnvironment(state: RolloutState, latest: Variables, requestKey: string | undefined): Variables {
  const { settings } = state.config;
  const variables = modelServerVariables({
    endpoint: settings.name,
    model: state.green.model,
    modelName: settings.name,
    predictionOutput: settings.predictionOutput,
    task: state.task,
    labels: state.labels,
    measures: settings.measures,
    classNames: settings.classNames,
    maxModelMegabytes: settings.maxModelMB,
    threads: undefined,
    nonFinite: settings.nonFinite,
    captureRate: settings.captureSampleRate,
    feedbackDays: settings.feedback === false ? 0 : settings.feedback.keepDays,
    requestKey,
    drill: state.plan.action === 'drill' ? state.id : undefined,
  });
  const deployed = Object.entries(latest).filter(([name]) => !OURS.test(name));
  return {
    ...Object.fromEntries(deployed),
    ...variables,
    ...(state.plan.force && { [FORCED_BY]: state.id }),
  };
}

const OURS =
  /^GREENLIGHT_(MODEL_|PREDICTION_OUTPUT|SCORE_BINS|TASK|LABELS|MEASURES|CLASS_NAMES|MAX_MODEL_MB|THREADS|NON_FINITE|CAPTURE_RATE|FEEDBACK_DAYS|REQUEST_KEY|ENDPOINT|FORCED_BY|DRILL)/;

/** What a version's environment means, whichever object version the same bytes came from. */
export function contentOf(environment: Variables): string {
  const meaning = Object.entries(environment)
    .filter(([name]) => !MODEL_ADDRESS.includes(name) && name !== FORCED_BY)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(meaning);
}

/** A code or settings update by `cdk deploy` takes seconds; the handler's own limit is 300 s. */
const DEADLINE_MS = 200_000;
const POLL_MS = 1_000;

type Needs = Pick<Adapters, 'clock' | 'randomKey' | 'versions'>;

/**
 * Writes the environment and publishes it. Each write is conditional on the revision that was read, and what is
 * published is checked against it, so a `cdk deploy` in between leads to another round and never to a mixture.
 */
export async function publishGreen(ports: Needs, state: RolloutState): Promise<string> {
  const { clock, randomKey, versions } = ports;
  const functionName = state.config.functionName;
  const blue = await findLive(ports, functionName, state.blue.version);
  const deadline = clock.now() + DEADLINE_MS;
  let forced = state;
  while (clock.now() < deadline) {
    const latest = await settledLatest(ports, functionName, deadline);
    const kept = requestKeyFor(state, blue?.environment, latest.environment);
    const requestKey = kept === 'new' ? newRequestKey(state, randomKey()) : kept;
    const desired = desiredEnvironment(forced, latest.environment, requestKey);
    if (!sameEnvironment(latest.environment, desired)) {
      await versions.configureLatest(functionName, desired, latest.revisionId);
      continue;
    }
    const published = await versions.publishVersion(functionName, {
      codeSha256: latest.codeSha256,
      revisionId: latest.revisionId,
      description: `rollout ${state.id}`,
    });
    if (published !== 'changed') {
      if ((await versions.describeVersion(functionName, published.version)) !== undefined) return published.version;
      // Nothing had changed since a version that was torn down meanwhile: a new one needs a difference.
      forced = { ...state, plan: { ...state.plan, force: true } };
    }
    await clock.sleep(POLL_MS);
  }
  throw new GreenUnhealthy(
    `${functionName} kept changing for ${DEADLINE_MS / 1000} s, so green could not be published; is another ` +
      'deploy running?',
  );
}

/** $LATEST once no update is under way. */
async function settledLatest(
  { clock, versions }: Pick<Adapters, 'clock' | 'versions'>,
  functionName: string,
  deadline: number,
): Promise<VersionFacts> {
  for (;;) {
    const latest = await versions.describeVersion(functionName, '$LATEST');
    if (latest === undefined) throw new GreenUnhealthy(`function ${functionName} does not exist`);
    if (latest.lastUpdate === 'Failed') {
      throw new GreenUnhealthy(
        `the last update of ${functionName} failed: ${latest.lastUpdateReason ?? 'no reason given'}`,
      );
    }
    if (latest.lastUpdate !== 'InProgress') return latest;
    if (clock.now() >= deadline)
      throw new GreenUnhealthy(`an update of ${functionName} is still in progress after ${DEADLINE_MS / 1000} s`);
    await clock.sleep(POLL_MS);
  }
}

function sameEnvironment(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}

/** Allocation takes a minute or two; the handler's limit is 300 s, publishing has had its part of it. */
const PROVISION_DEADLINE_MS = 240_000;
const PROVISION_POLL_MS = 5_000;

/** Provisioned concurrency is still being allocated; the workflow tries again. Not one of the rollout's own ends. */
export class ProvisioningUnfinished extends Error {
  override readonly name = 'ProvisioningUnfinished';
}

/**
 * Puts the endpoint's provisioned concurrency on green's version (never on the alias, whose weights it would fight).
 */
export async function provisionGreen(
  { clock, versions }: Pick<Adapters, 'clock' | 'versions'>,
  state: RolloutState,
  version: string,
): Promise<void> {
  const wanted = state.config.settings.provisionedConcurrency;
  if (wanted === 0 || state.plan.dryRun) return;
  const functionName = state.config.functionName;
  if ((await versions.readProvisioned(functionName, version)) === undefined)
    await versions.provisionVersion(functionName, version, wanted);
  const deadline = clock.now() + PROVISION_DEADLINE_MS;
  while (clock.now() < deadline) {
    const now = await versions.readProvisioned(functionName, version);
    if (now?.status === 'READY') return;
    if (now?.status === 'FAILED') {
      throw new GreenUnhealthy(
        `provisionedConcurrency: ${wanted} on version ${version} could not be allocated: ` +
          `${now.reason ?? 'no reason given'}`,
      );
    }
    await clock.sleep(PROVISION_POLL_MS);
  }
  throw new ProvisioningUnfinished(`${wanted} on version ${version} not ready after ${PROVISION_DEADLINE_MS / 1000} s`);
}
