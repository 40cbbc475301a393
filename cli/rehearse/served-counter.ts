import * as z from 'zod';
import { type ModelMetadata, type InferResponse, modelMetadata } from '../../lambdas/contract/inference-protocol';
import { MAX_ROWS_COUNTED } from '../../lambdas/contract/metric-names';
import type { ModelServerEnv } from '../../lambdas/contract/model-server-env';
import { type AnswerCells, type AnswerCounter, answerCounter } from '../../lambdas/domain/measures/count-answers';
import { kindOf } from '../../lambdas/domain/prediction';
import { outputsOf } from '../../lambdas/steps/verification/ask-version';

const sent = z.looseObject({ inputs: z.array(z.looseObject({ shape: z.array(z.int()) })).min(1) });

/**
 * Counts the answers of a server of one's own as the built-in model server counts its own, by the outputs that it
 * tells.
 */
export class ServedCounter {
  private counter: AnswerCounter | undefined;

  constructor(
    private readonly env: Pick<ModelServerEnv, 'task' | 'measures' | 'predictionOutput'>,
    private readonly classNames: readonly string[] | undefined,
  ) {}

  /** The server's metadata with what is counted; undefined for what is none. */
  metadata(body: unknown): ModelMetadata | undefined {
    const told = modelMetadata.safeParse(body);
    if (!told.success) return undefined;
    const { measures } = this.counterOf(told.data.outputs);
    const classes = this.classNames === undefined ? {} : { class_names: [...this.classNames] };
    return {
      ...told.data,
      parameters: { ...told.data.parameters, measures: measures.map(({ name }) => name), ...classes },
    };
  }

  count(request: unknown, response: InferResponse): AnswerCells {
    const { inputs = [] } = sent.safeParse(request).data ?? {};
    const rows = Math.max(1, ...inputs.map(({ shape: [first = 1] }) => first));
    // Of an answer the first dimension is the batch.
    const counter =
      this.counter ??
      this.counterOf(response.outputs.map((output) => ({ ...output, shape: [-1, ...output.shape.slice(1)] })));
    return counter.count(outputsOf(response), rows, MAX_ROWS_COUNTED);
  }

  private counterOf(outputs: readonly Pick<ModelMetadata['outputs'][number], 'name' | 'datatype' | 'shape'>[]) {
    const { task, measures: own, predictionOutput } = this.env;
    const facts = outputs.map(({ name, datatype, shape }) => ({ name, kind: kindOf(datatype), shape }));
    return (this.counter ??= answerCounter(facts, { task, predictionOutput, classNames: this.classNames, own }));
  }
}
