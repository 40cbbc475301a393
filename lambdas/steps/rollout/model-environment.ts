import { modelServerVariables } from '../../contract/model-server-env';
import { type RolloutState, pinnedModelSchema } from '../../contract/rollout-state';
import type { PinnedModel } from '../../domain/rollout';
import type { Adapters } from '../../adapters/adapters';
import type { VersionFacts } from '../../adapters/lambda/versions';

type Environment = Readonly<Record<string, string>>;

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
export function servedModel(environment: Environment): PinnedModel | undefined {
  const parsed = pinnedModelSchema.safeParse({
    bucket: environment['GREENLIGHT_MODEL_BUCKET'],
    key: environment['GREENLIGHT_MODEL_KEY'],
    versionId: environment['GREENLIGHT_MODEL_VERSION_ID'],
    sha256: environment['GREENLIGHT_MODEL_SHA256'],
  });
  return parsed.success ? parsed.data : undefined;
}

/**
 * The key of request ids that green must have: blue's, so that either takes labels of the other's answers, and else what an
 * earlier rollout wrote. `new` where neither has one of the settings' edition; undefined where no labels are taken. It is
 * kept in the versions' environments and nowhere else: a state, a record or an item of the table would show it to more.
 */
export function requestKeyFor(
  { config: { builtIn, settings } }: RolloutState,
  ...kept: readonly (Environment | undefined)[]
): string | undefined {
  if (!builtIn || settings.feedback === false) return undefined;
  const edition = `${settings.feedback.keyEdition}.`;
  return kept.map((environment) => environment?.[REQUEST_KEY]).find((key) => key?.startsWith(edition)) ?? 'new';
}

/** A new key of the settings' edition, of so many random bytes as text. */
export const newRequestKey = ({ config: { settings } }: RolloutState, random: string): string =>
  `${settings.feedback === false ? 0 : settings.feedback.keyEdition}.${random}`;

/**
 * Everything that green's environment must say. Whatever an earlier rollout left in `$LATEST` is dropped: what the app
 * deployed there stays, what names a model is written anew and whole.
 */
export function desiredEnvironment(
  state: RolloutState,
  latest: Environment,
  requestKey: string | undefined,
): Environment {
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
  });
  const deployed = Object.entries(latest).filter(([name]) => !OURS.test(name));
  return {
    ...Object.fromEntries(deployed),
    ...variables,
    ...(state.plan.force && { [FORCED_BY]: state.id }),
  };
}

const OURS =
  /^GREENLIGHT_(MODEL_|PREDICTION_OUTPUT|SCORE_BINS|TASK|LABELS|MEASURES|CLASS_NAMES|MAX_MODEL_MB|THREADS|NON_FINITE|CAPTURE_RATE|FEEDBACK_DAYS|REQUEST_KEY|ENDPOINT|FORCED_BY)/;

/** What a version's environment means, whichever object version the same bytes came from. */
export function contentOf(environment: Environment): string {
  const meaning = Object.entries(environment)
    .filter(([name]) => !MODEL_ADDRESS.includes(name) && name !== FORCED_BY)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(meaning);
}
