import { ModelRejected } from '../../contract/errors';
import type { EndpointSettings } from '../../contract/endpoint-settings';
import type { RolloutState } from '../../contract/rollout-state';
import { type GoldenScore, goldenScore } from '../../domain/golden-score';
import { type Graded, favouredOf, wrongRows } from '../../domain/wrong-rows';
import { type PredictionShift, classPairs, predictionShift } from '../../domain/prediction-shift';
import type { Adapters } from '../../adapters/adapters';
import { comparable } from '../rollout/progress';
import { type GoldenAnswers, answerGoldenSet, askBlueGoldenSet } from './answer-golden-set';
import { BLUE_SHARE_MS } from './ask-blue';
import { readGoldenSet } from './read-golden-set';
import { milliseconds, percent, score } from '../../domain/numbers';

type Limits = NonNullable<EndpointSettings['goldenSet']>;

export interface GoldenResult {
  readonly note: string;
  readonly numbers: NonNullable<RolloutState['verification']>;
  /** Undefined without a blue, or with too few rows. */
  readonly shift: PredictionShift | undefined;
  /** Why the model is refused for these numbers; undefined when it is not. */
  readonly refusal: ModelRejected | undefined;
  /** Set when blue answers nothing: why it cannot be compared with, in words. */
  readonly silent: string | undefined;
}

/**
 * Whether green answers the golden set well enough: by itself, and beside blue on the same rows. What the numbers refuse is
 * told beside them, so that they can be kept; a row that is not answered at all is thrown.
 */
export async function checkGoldenSet(
  ports: Pick<Adapters, 'clock' | 'endpointCalls' | 'models'>,
  state: RolloutState,
  version: string,
): Promise<GoldenResult | undefined> {
  const limits = state.config.settings.goldenSet;
  const goldenSet = (await readGoldenSet(ports, state))?.dataSet;
  if (limits === undefined || goldenSet?.labels === undefined || goldenSet.task === undefined) return undefined;
  const rule = { output: state.config.settings.predictionOutput, classNames: state.config.settings.classNames };
  const { labels, task } = goldenSet;
  const scoreOf = ({ predictions }: GoldenAnswers, rows: number): GoldenScore =>
    goldenScore(predictions.slice(0, rows), labels.slice(0, rows), task, rule.classNames);
  const greenAnswers = await answerGoldenSet(ports, state, version, goldenSet);
  const green = scoreOf(greenAnswers, labels.length);
  const asked = comparable(state) ? await askBlueGoldenSet(ports, state, goldenSet, version) : undefined;
  const blueAnswers = asked !== undefined && 'predictions' in asked ? asked : undefined;
  const rows = blueAnswers?.predictions.length ?? 0;
  const blue = blueAnswers && scoreOf(blueAnswers, rows);
  const graded: Graded = {
    labels,
    green: greenAnswers.predictions,
    blue: blueAnswers?.predictions,
    task,
    classNames: rule.classNames,
  };
  const wrong = wrongRows(graded);
  return {
    note: `golden set "${goldenSet.name}", ${goldenSet.rows.length} rows: ${inWords(green)}${blue ? `, blue ${inWords(blue)}${rows < labels.length ? ` on the first ${rows} rows, for which it took its ${BLUE_SHARE_MS.goldenSet / 1000} s` : ''}` : ''}; median ${milliseconds(greenAnswers.medianMs)}`,
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
    refusal:
      refusedAlone(green, limits, greenAnswers.medianMs) ??
      // Both on the rows that blue was asked.
      (blue && refusedBesideBlue(scoreOf(greenAnswers, rows), blue, limits)),
    silent: asked !== undefined && 'silent' in asked ? asked.silent : undefined,
    shift: predictionShift(
      'golden set',
      classPairs(blueAnswers?.classes ?? [], greenAnswers.classes, (row) => favouredOf(graded, row)),
    ),
  };
}

function refusedAlone(green: GoldenScore, limits: Limits, medianMs: number): ModelRejected | undefined {
  if (limits.maxMedianMs !== undefined && medianMs > limits.maxMedianMs) {
    return new ModelRejected(
      `golden set: median latency ${milliseconds(medianMs)}; the limit maxMedianMs is ${limits.maxMedianMs} ms`,
    );
  }
  if (green.task === 'classification') {
    if (green.accuracy < limits.minAccuracy) {
      return new ModelRejected(
        `golden set: accuracy ${percent(green.accuracy)} (${green.right} of ${green.rows} right); the limit minAccuracy is ${percent(limits.minAccuracy)}`,
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
      `golden set: root mean squared error ${score(green.rootMeanSquaredError)}; the limit maxError is ${limits.maxError}`,
    );
  }
  return undefined;
}

function refusedBesideBlue(green: GoldenScore, blue: GoldenScore, limits: Limits): ModelRejected | undefined {
  if (green.task === 'classification' && blue.task === 'classification') {
    if (blue.accuracy - green.accuracy <= limits.maxAccuracyDrop + 1e-12) return undefined;
    return new ModelRejected(
      `golden set: accuracy ${percent(green.accuracy)} is ${percent(blue.accuracy - green.accuracy)} under blue's ${percent(blue.accuracy)}; the limit maxAccuracyDrop is ${percent(limits.maxAccuracyDrop)}`,
    );
  }
  if (green.task !== 'regression' || blue.task !== 'regression') return undefined;
  const limit = Math.max(blue.rootMeanSquaredError * limits.maxErrorFactor, Number.EPSILON);
  if (green.rootMeanSquaredError <= limit) return undefined;
  return new ModelRejected(
    `golden set: root mean squared error ${score(green.rootMeanSquaredError)} against blue's ${score(blue.rootMeanSquaredError)}; the limit maxErrorFactor is ${limits.maxErrorFactor}`,
  );
}

const inWords = (found: GoldenScore): string =>
  found.task === 'classification'
    ? `accuracy ${percent(found.accuracy)}`
    : `root mean squared error ${score(found.rootMeanSquaredError)}`;
