import type { EndpointSettings } from '../../contract/endpoint-settings';
import type { InferResponse } from '../../contract/inference-protocol';
import { MAX_ROWS_COUNTED } from '../../contract/metric-names';
import { goldenScore } from '../../domain/golden-score';
import type { Prediction } from '../../domain/prediction';
import { predictionsOf } from './ask-version';
import { percent, score as asScore } from '../../domain/numbers';

/** What both versions answered to one request. */
export interface AnswerPair {
  readonly blue: InferResponse;
  readonly green: InferResponse;
}

export interface Comparison {
  readonly words: string;
  readonly numbers: { readonly replayAgreement?: number; readonly replayDifference?: number };
}

/** How alike the predictions are, row by row: blue's are taken for the right ones. */
export function compareAnswers(
  pairs: readonly AnswerPair[],
  { predictionOutput, classNames }: Pick<EndpointSettings, 'predictionOutput' | 'classNames'>,
): Comparison {
  const blue: Prediction[] = [];
  const green: (Prediction | undefined)[] = [];
  for (const pair of pairs) {
    const greens = predictionsOf(pair.green, predictionOutput, MAX_ROWS_COUNTED);
    predictionsOf(pair.blue, predictionOutput, MAX_ROWS_COUNTED).forEach((prediction, row) => {
      blue.push(prediction);
      green.push(greens[row]);
    });
  }
  if (blue.length === 0) return { words: 'nothing to compare', numbers: {} };
  const task = blue.every(({ kind }) => kind === 'score') ? 'regression' : 'classification';
  const values = blue.map(({ value }) => value);
  const score = goldenScore(green, values, task, classNames);
  if (score.task === 'classification') {
    return {
      words: `same class for ${percent(score.accuracy)} of ${score.rows} rows`,
      numbers: { replayAgreement: score.accuracy },
    };
  }
  const difference = score.rootMeanSquaredError;
  // Infinite where green gives no score for a row, which only a forced signature allows.
  if (!Number.isFinite(difference)) return { words: 'the scores cannot be compared', numbers: {} };
  return {
    words: `root mean squared difference ${asScore(difference)} over ${score.rows} rows`,
    numbers: { replayDifference: difference },
  };
}
