import { ModelRejected } from '../../contract/errors';
import type { EndpointSettings } from '../../contract/endpoint-settings';
import type { RolloutState } from '../../contract/rollout-state';
import { goldenScore } from '../../domain/golden-score';
import type { GoldenScore } from '../../domain/golden-score';
import { wrongRows } from '../../domain/wrong-rows';
import { classPairs, predictionShift } from '../../domain/prediction-shift';
import type { PredictionShift } from '../../domain/prediction-shift';
import type { Ports } from '../../ports/ports';
import { answerGoldenSet } from './answer-golden-set';
import { readGoldenSet } from './read-golden-set';

type Limits = NonNullable<EndpointSettings['goldenSet']>;

export interface GoldenResult {
  readonly note: string;
  readonly numbers: NonNullable<RolloutState['verification']>;
  /** Undefined without a blue, or with too few rows. */
  readonly shift: PredictionShift | undefined;
  /** Why the model is refused for these numbers; undefined when it is not. */
  readonly refusal: ModelRejected | undefined;
}

/**
 * Whether green answers the golden set well enough: by itself, and beside blue on the same rows. What the numbers refuse is
 * told beside them, so that they can be kept; a row that is not answered at all is thrown.
 */
export async function checkGoldenSet(
  ports: Pick<Ports, 'clock' | 'endpointCalls' | 'models'>,
  state: RolloutState,
  version: string,
): Promise<GoldenResult | undefined> {
  const limits = state.config.settings.goldenSet;
  const goldenSet = await readGoldenSet(ports, state);
  if (limits === undefined || goldenSet?.labels === undefined || goldenSet.task === undefined) return undefined;
  const rule = { output: state.config.settings.predictionOutput, classNames: state.config.settings.classNames };
  const greenAnswers = await answerGoldenSet(ports, state, version, goldenSet, 'must-answer');
  const green = goldenScore(greenAnswers.predictions, goldenSet.labels, goldenSet.task, rule.classNames);
  const blueAnswers =
    state.blue.model === undefined
      ? undefined
      : await answerGoldenSet(ports, state, state.blue.version, goldenSet, 'may-fail');
  const blue = blueAnswers && goldenScore(blueAnswers.predictions, goldenSet.labels, goldenSet.task, rule.classNames);
  const wrong = wrongRows({
    labels: goldenSet.labels,
    green: greenAnswers.predictions,
    blue: blueAnswers?.predictions,
    task: goldenSet.task,
    classNames: rule.classNames,
  });
  return {
    note: `golden set "${goldenSet.name}", ${goldenSet.rows.length} rows: ${inWords(green)}${blue ? `, blue ${inWords(blue)}` : ''}; median ${greenAnswers.medianMs.toFixed(1)} ms`,
    numbers: {
      rows: goldenSet.rows.length,
      ...(green.task === 'classification' && { goldenAccuracy: green.accuracy }),
      ...(blue?.task === 'classification' && { blueAccuracy: blue.accuracy }),
      ...(green.task === 'regression' &&
        Number.isFinite(green.rootMeanSquaredError) && { goldenError: green.rootMeanSquaredError }),
      // The state is JSON, which has no infinity; blue's is infinite where it does not answer a row.
      ...(blue?.task === 'regression' &&
        Number.isFinite(blue.rootMeanSquaredError) && { blueError: blue.rootMeanSquaredError }),
      goldenMedianMs: greenAnswers.medianMs,
      goldenWrong: wrong.shown.map((one) => ({ ...one })),
      ...(green.task === 'classification' && { goldenWrongRows: wrong.count }),
    },
    refusal: refusalOf(green, blue, limits, greenAnswers.medianMs),
    shift: predictionShift('golden set', classPairs(blueAnswers?.classes ?? [], greenAnswers.classes)),
  };
}

function refusalOf(
  green: GoldenScore,
  blue: GoldenScore | undefined,
  limits: Limits,
  medianMs: number,
): ModelRejected | undefined {
  if (limits.maxMedianMs !== undefined && medianMs > limits.maxMedianMs) {
    return new ModelRejected(
      `golden set: median latency ${medianMs.toFixed(1)} ms; the limit maxMedianMs is ${limits.maxMedianMs} ms`,
    );
  }
  if (green.task === 'classification') {
    if (green.accuracy < limits.minAccuracy) {
      return new ModelRejected(
        `golden set: accuracy ${percent(green.accuracy)} (${green.right} of ${green.rows} right); the limit minAccuracy is ${percent(limits.minAccuracy)}`,
      );
    }
    if (blue?.task === 'classification' && blue.accuracy - green.accuracy > limits.maxAccuracyDrop + 1e-12) {
      return new ModelRejected(
        `golden set: accuracy ${percent(green.accuracy)} is ${percent(blue.accuracy - green.accuracy)} under blue's ${percent(blue.accuracy)}; the limit maxAccuracyDrop is ${percent(limits.maxAccuracyDrop)}`,
      );
    }
    return undefined;
  }
  if (!Number.isFinite(green.rootMeanSquaredError)) {
    return new ModelRejected(
      'golden set: the root mean squared error is not finite: a row has no answer that is a number, or one far from its label',
    );
  }
  if (limits.maxError !== undefined && !(green.rootMeanSquaredError <= limits.maxError)) {
    return new ModelRejected(
      `golden set: root mean squared error ${number(green.rootMeanSquaredError)}; the limit maxError is ${limits.maxError}`,
    );
  }
  const factorLimit = blue?.task === 'regression' ? blue.rootMeanSquaredError * limits.maxErrorFactor : Infinity;
  if (!(green.rootMeanSquaredError <= Math.max(factorLimit, Number.EPSILON))) {
    return new ModelRejected(
      `golden set: root mean squared error ${number(green.rootMeanSquaredError)} against blue's ${number(blue?.task === 'regression' ? blue.rootMeanSquaredError : NaN)}; the limit maxErrorFactor is ${limits.maxErrorFactor}`,
    );
  }
  return undefined;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const number = (value: number): string => value.toPrecision(4);
const inWords = (score: GoldenScore): string =>
  score.task === 'classification'
    ? `accuracy ${percent(score.accuracy)}`
    : `root mean squared error ${number(score.rootMeanSquaredError)}`;
