import { GoldenSetInvalid, GreenUnhealthy, ModelRejected } from '../../contract/errors';
import { inferRequest } from '../../contract/golden-set';
import type { DataSet } from '../../contract/golden-set';
import type { RolloutState } from '../../contract/rollout-state';
import type { Prediction } from '../../domain/prediction';
import type { EndpointAnswer } from '../../ports/endpoint-calls';
import type { Ports } from '../../ports/ports';
import { answersOf, classesOf, goodAnswer, predictionsOf, saidBy } from './ask-version';

export interface GoldenAnswers {
  /** One per row; undefined where there was no answer. */
  readonly predictions: readonly (Prediction | undefined)[];
  /** One per row: the class index (or score bin) that the model server would count. */
  readonly classes: readonly (number | undefined)[];
  /** Median of the calls, as the caller saw them. */
  readonly medianMs: number;
}

/** Sends every row of the golden set to one version. `must-answer`: the first row without a good answer refuses the model. */
export async function answerGoldenSet(
  { endpointCalls }: Pick<Ports, 'endpointCalls'>,
  state: RolloutState,
  version: string,
  goldenSet: DataSet,
  rule: 'must-answer' | 'may-fail',
): Promise<GoldenAnswers> {
  const found: (Prediction | undefined)[] = [];
  const classes: (number | undefined)[] = [];
  const durations: number[] = [];
  const bodies = goldenSet.rows.map((_, row) => () => inferRequest(goldenSet, row));
  for await (const answers of answersOf({ endpointCalls }, state, version, bodies)) {
    for (const answer of answers) {
      const response = goodAnswer(answer);
      if (response === undefined && rule === 'must-answer') throw noAnswer(answer, found.length, version);
      found.push(response && predictionsOf(response, state.config.settings.predictionOutput, 1)[0]);
      classes.push(response && classesOf(response, state)[0]);
      if (answer.kind === 'answered') durations.push(answer.durationMs);
    }
  }
  if (rule === 'must-answer' && found.every((prediction) => prediction === undefined)) {
    throw new ModelRejected(
      `golden set: no output of the model is a prediction${state.config.settings.predictionOutput ? ` (predictionOutput is "${state.config.settings.predictionOutput}")` : ''}: neither one class per row, nor scores per class, nor one number per row`,
    );
  }
  durations.sort((a, b) => a - b);
  return { predictions: found, classes, medianMs: durations[Math.floor(durations.length / 2)] ?? 0 };
}

function noAnswer(answer: EndpointAnswer, row: number, version: string): Error {
  if (answer.kind === 'crashed') {
    return new GreenUnhealthy(`golden set row ${row}: version ${version} crashed with ${saidBy(answer)}`);
  }
  if (answer.status >= 400 && answer.status < 500) {
    return new GoldenSetInvalid(`golden set row ${row} does not fit the model's input: ${saidBy(answer)}`);
  }
  return new ModelRejected(`golden set row ${row}: version ${version} answered ${answer.status}: ${saidBy(answer)}`);
}
