import { modelServerVariables } from '../../contract/model-server-env';
import { pinnedModelSchema } from '../../contract/rollout-state';
import type { RolloutState } from '../../contract/rollout-state';
import type { PinnedModel } from '../../domain/rollout';
import { GENERIC_SCORE_EDGES, scoreEdges } from '../../domain/score-bins';
import type { Ports } from '../../ports/ports';
import { readGoldenSet } from '../verification/read-golden-set';

type Environment = Readonly<Record<string, string>>;

const MODEL_ADDRESS = ['GREENLIGHT_MODEL_BUCKET', 'GREENLIGHT_MODEL_KEY', 'GREENLIGHT_MODEL_VERSION_ID'];
/** Makes an otherwise unchanged function publish a new version; only written when a person asks for it. */
const FORCED_BY = 'GREENLIGHT_FORCED_BY';

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
 * Everything that green's environment must say. Whatever an earlier rollout left in `$LATEST` is dropped: what the app
 * deployed there stays, what names a model is written anew and whole.
 */
export async function desiredEnvironment(
  ports: Pick<Ports, 'models'>,
  state: RolloutState,
  latest: Environment,
): Promise<Environment> {
  const { settings } = state.config;
  const variables = modelServerVariables({
    endpoint: settings.name,
    model: state.green.model,
    modelName: settings.name,
    predictionOutput: settings.predictionOutput,
    scoreBins: await scoreBins(ports, state),
    classNames: settings.classNames,
    maxModelMegabytes: settings.maxModelMB,
    threads: undefined,
  });
  const deployed = Object.entries(latest).filter(([name]) => !OURS.test(name));
  return {
    ...Object.fromEntries(deployed),
    ...variables,
    ...(state.plan.force && { [FORCED_BY]: state.id }),
  };
}

const OURS = /^GREENLIGHT_(MODEL_|PREDICTION_OUTPUT|SCORE_BINS|CLASS_NAMES|MAX_MODEL_MB|THREADS|ENDPOINT|FORCED_BY)/;

/** What a version's environment means, whichever object version the same bytes came from. */
export function contentOf(environment: Environment): string {
  const meaning = Object.entries(environment)
    .filter(([name]) => !MODEL_ADDRESS.includes(name) && name !== FORCED_BY)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(meaning);
}

/** Edges matter to regressions only; without a golden set nobody knows yet what the model is. */
async function scoreBins(ports: Pick<Ports, 'models'>, state: RolloutState): Promise<readonly number[] | undefined> {
  const goldenSet = await readGoldenSet(ports, state);
  if (goldenSet === undefined) return GENERIC_SCORE_EDGES;
  return goldenSet.task === 'regression' ? scoreEdges((goldenSet.labels ?? []).map(Number)) : undefined;
}
