import { GoldenSetInvalid, GreenUnhealthy, ModelRejected } from '../../contract/errors';
import { inferRequest } from '../../contract/golden-set';
import type { DataSet } from '../../contract/golden-set';
import { errorBody, inferResponse } from '../../contract/inference-protocol';
import type { InferResponse } from '../../contract/inference-protocol';
import type { RolloutState } from '../../contract/rollout-state';
import { predictions } from '../../domain/prediction';
import type { Prediction, PredictionOutput } from '../../domain/prediction';
import type { EndpointAnswer } from '../../ports/endpoint-calls';
import type { Ports } from '../../ports/ports';

/** Calls at once: quick, and far from an account's concurrency limit. */
const AT_ONCE = 10;

export interface GoldenAnswers {
  /** One per row; undefined where there was no answer. */
  readonly predictions: readonly (Prediction | undefined)[];
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
  const path = `/v2/models/${state.config.settings.name}/infer`;
  const found: (Prediction | undefined)[] = [];
  const durations: number[] = [];
  for (let start = 0; start < goldenSet.rows.length; start += AT_ONCE) {
    const rows = Array.from(
      { length: Math.min(AT_ONCE, goldenSet.rows.length - start) },
      (_, offset) => start + offset,
    );
    const answers = await Promise.all(
      rows.map((row) =>
        endpointCalls.call(state.config.functionName, version, {
          method: 'POST',
          path,
          body: inferRequest(goldenSet, row),
        }),
      ),
    );
    answers.forEach((answer, offset) => {
      const response =
        answer.kind === 'answered' && answer.status === 200 ? inferResponse.safeParse(answer.body) : undefined;
      if (!response?.success && rule === 'must-answer') throw noAnswer(answer, start + offset, version);
      found.push(response?.success ? predictionOf(response.data, state.config.settings.predictionOutput) : undefined);
      if (answer.kind === 'answered') durations.push(answer.durationMs);
    });
  }
  if (rule === 'must-answer' && found.every((prediction) => prediction === undefined)) {
    throw new ModelRejected(
      `golden set: no output of the model is a prediction${state.config.settings.predictionOutput ? ` (predictionOutput is "${state.config.settings.predictionOutput}")` : ''}: neither one class per row, nor scores per class, nor one number per row`,
    );
  }
  durations.sort((a, b) => a - b);
  return { predictions: found, medianMs: durations[Math.floor(durations.length / 2)] ?? 0 };
}

function noAnswer(answer: EndpointAnswer, row: number, version: string): Error {
  if (answer.kind === 'crashed') {
    return new GreenUnhealthy(
      `golden set row ${row}: version ${version} crashed with ${answer.error}: ${answer.message.slice(0, 300)}`,
    );
  }
  const body = errorBody.safeParse(answer.body);
  const said = body.success ? body.data.error : JSON.stringify(answer.body)?.slice(0, 300);
  if (answer.status >= 400 && answer.status < 500) {
    return new GoldenSetInvalid(`golden set row ${row} does not fit the model's input: ${said}`);
  }
  return new ModelRejected(`golden set row ${row}: version ${version} answered ${answer.status}: ${said}`);
}

function predictionOf(response: InferResponse, output: string | undefined): Prediction | undefined {
  const outputs = response.outputs.map(({ name, datatype, shape, data }): PredictionOutput => {
    const kind = datatype === 'BYTES' ? 'string' : datatype.startsWith('FP') ? 'float' : 'integer';
    return { name, kind, shape, data: data.map((value) => (typeof value === 'boolean' ? Number(value) : value)) };
  });
  return predictions(outputs, { output, maxRows: 1 })[0];
}
