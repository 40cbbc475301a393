import type { InferenceSession } from 'onnxruntime-node';
import type { ModelErrorCode } from '../contract/inference-protocol';
import type { ModelServerEnv } from '../contract/model-server-env';
import { onOneLine } from '../contract/on-one-line';
import { MAX_ROWS_COUNTED } from '../contract/metric-names';
import { shown } from '../contract/tensor-data';
import type { PredictionOutput } from '../domain/prediction';
import { classIndices } from '../domain/prediction-index';
import type { Content } from './answer';
import { refuseTooLargeAnswer } from './answer-size';
import type { LoadedModel } from './load-model';
import { reason } from './not-ready';
import { extremesOf, notFinite } from './overflow';
import type { ParsedInferRequest } from './read-infer-request';
import { findNonFinite, readRun, writeOutputs, type RunOutput } from './write-outputs';

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
  /** The protocol's response. */
  readonly content: Content;
  /** What to count, see `classIndices`. */
  readonly classes: readonly number[];
  /** What a label names later; undefined where none are taken. */
  readonly requestId: string | undefined;
}

/**
 * Runs the model. Throws `ModelError` when it fails or gives NaN or an infinity, `RequestError` where the request made it
 * so: an answer that cannot fit, numbers that overflow by themselves or are missing, sizes that contradict each other.
 */
export async function infer(
  model: LoadedModel,
  modelName: string,
  modelVersion: string,
  request: ParsedInferRequest,
  settings: Pick<ModelServerEnv, 'nonFinite' | 'predictionOutput' | 'scoreBins'>,
  acceptsGzip: boolean,
  requestIdOf: (outputs: readonly PredictionOutput[]) => string | undefined = () => undefined,
): Promise<Inference> {
  refuseTooLargeAnswer(request, acceptsGzip);
  const { classNames } = model;
  const { predictionOutput, scoreBins } = settings;
  // All outputs are computed, also those not asked for: the prediction is counted whichever the caller wants.
  const outputs = readRun(await run(model, request), model.outputs);
  if (settings.nonFinite !== 'allowed') refuseNonFinite(outputs, request, settings.nonFinite === 'infinities-allowed');
  const requestId = requestIdOf(outputs);
  const { json, binary } = writeOutputs(outputs, request.outputs, classNames);
  const id = request.id ?? requestId;
  const head = `"model_name":${JSON.stringify(modelName)},"model_version":${JSON.stringify(modelVersion)}`;
  return {
    content: { json: `{${head}${id === undefined ? '' : `,"id":${JSON.stringify(id)}`},"outputs":${json}}`, binary },
    classes: classIndices(outputs, { predictionOutput, scoreBins, classNames }, MAX_ROWS_COUNTED),
    requestId,
  };
}

async function run(model: LoadedModel, request: ParsedInferRequest): Promise<InferenceSession.ReturnType> {
  try {
    return await model.session.run(
      request.feeds,
      model.outputs.map((output) => output.runName),
    );
  } catch (error) {
    if (request.conflict) throw request.conflict;
    throw new ModelError('ModelFailed', `The model failed: ${reason(error)}`, { cause: error });
  }
}

function refuseNonFinite(outputs: readonly RunOutput[], request: ParsedInferRequest, infinitiesAllowed: boolean): void {
  const first = findNonFinite(outputs, infinitiesAllowed, () => false);
  if (!first) return;
  const extremes = extremesOf(request);
  const rowOf = ({ shape, index, length }: Position): number | undefined =>
    shape[0] === request.rows && shape.length > 0 ? Math.floor(index / (length / request.rows)) : undefined;
  const unexplained = findNonFinite(outputs, infinitiesAllowed, (at) => extremes.of(rowOf(at)) !== undefined);
  if (unexplained === undefined) throw notFinite(first, extremes.of(rowOf(first))!);
  const { output, index, value } = unexplained;
  const advice = Number.isNaN(value) ? '' : "; where infinities are right, set the endpoint's nonFinite to 'infinities-allowed'"; // prettier-ignore
  throw new ModelError('NonFiniteOutput', `Output ${shown(output)} holds ${value} at index ${index}${advice}.`);
}

type Position = NonNullable<ReturnType<typeof findNonFinite>>;
