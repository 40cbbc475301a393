import type { InferenceSession } from 'onnxruntime-node';
import type { ModelErrorCode } from '../contract/inference-protocol';
import { onOneLine } from '../contract/on-one-line';
import { MAX_ROWS_COUNTED } from '../contract/metric-names';
import { shown } from '../contract/tensor-data';
import type { PredictionOutput } from '../domain/prediction';
import { classIndices, type ClassIndexSettings } from '../domain/prediction-index';
import type { LoadedModel } from './load-model';
import { reason } from './not-ready';
import type { ParsedInferRequest } from './read-infer-request';
import { findNonFinite, readRun, writeOutput } from './write-outputs';

/** The model ran and its answer cannot be given: a 500 that counts against the model. */
export class ModelError extends Error {
  override readonly name = 'ModelError';

  constructor(
    readonly code: ModelErrorCode,
    sentence: string,
    options?: ErrorOptions,
  ) {
    super(onOneLine(sentence), options);
  }
}

export interface Inference {
  /** The protocol's response, as JSON text. */
  readonly body: string;
  /** What to count, see `classIndices`. */
  readonly classes: readonly number[];
  /** What a label names later; undefined where none are taken. */
  readonly requestId: string | undefined;
}

/** Lambda carries answers of up to 6 MB as a JSON string; 4 KB are left for the headers. */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024 - 4096;

/** Runs the model. Throws `ModelError` when it fails, gives NaN or an infinity, or gives more than Lambda can carry. */
export async function infer(
  model: LoadedModel,
  modelName: string,
  modelVersion: string,
  request: ParsedInferRequest,
  settings: ClassIndexSettings,
  requestIdOf: (outputs: readonly PredictionOutput[]) => string | undefined = () => undefined,
): Promise<Inference> {
  // All outputs are computed, also those not asked for: the prediction is counted whichever the caller wants.
  const outputs = readRun(await run(model, request), model.outputs);
  const nonFinite = findNonFinite(outputs);
  if (nonFinite) {
    throw new ModelError(
      'NonFiniteOutput',
      `Output ${shown(nonFinite.name)} holds NaN or an infinity at index ${nonFinite.index}.`,
    );
  }
  const requestId = requestIdOf(outputs);
  const asked = new Set(request.outputs.map((output) => output.name));
  const body = JSON.stringify({
    model_name: modelName,
    model_version: modelVersion,
    id: request.id ?? requestId,
    outputs: outputs.filter((output) => asked.has(output.name)).map(writeOutput),
  });
  refuseTooLarge(body);
  return { body, classes: classIndices(outputs, settings, MAX_ROWS_COUNTED), requestId };
}

async function run(model: LoadedModel, request: ParsedInferRequest): Promise<InferenceSession.ReturnType> {
  try {
    return await model.session.run(
      request.feeds,
      model.outputs.map((output) => output.name),
    );
  } catch (error) {
    throw new ModelError('ModelFailed', `The model failed: ${reason(error)}`, { cause: error });
  }
}

function refuseTooLarge(body: string): void {
  // UTF-8 and escaping make at most six bytes of a character, so small bodies need no second look.
  if (body.length * 6 <= MAX_ANSWER_BYTES) return;
  const bytes = Buffer.byteLength(JSON.stringify(body));
  if (bytes <= MAX_ANSWER_BYTES) return;
  throw new ModelError(
    'AnswerTooLarge',
    `The answer would have ${bytes} bytes, Lambda's limit is ${MAX_ANSWER_BYTES}: send fewer rows or ask for fewer outputs.`,
  );
}
