import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { type ModelErrorCode, SELF_TEST_PATH } from '../contract/inference-protocol';
import { MAX_ROWS_COUNTED } from '../contract/metric-names';
import type { ModelServerEnv } from '../contract/model-server-env';
import { onOneLine } from '../contract/problems';
import { shown } from '../contract/datatypes';
import type { AnswerCells } from '../domain/measures/count-answers';
import type { PredictionOutput } from '../domain/prediction';
import {
  type Content,
  refuseTooLargeAnswer,
  findNonFinite,
  readRun,
  writeOutputs,
  type RunOutput,
  type NonFinite,
} from './answer';
import type { NamedModel } from './model-loader';
import { reason, RequestError } from './not-ready';
import type { ParsedInferRequest } from './read-infer-request';
import { type InvocationContext, nothingAt } from './route';
import { halvesIn } from './tensor-data';

/**
 * Beyond 2^64, 1.8e19, the square of a number is beyond FP32: variances, distances and products of two such numbers are
 * infinite in whichever model. Nothing that is measured or counted is as large: nanoseconds since 1970 are 1.8e18.
 */
const LARGEST = 2 ** 64;
/** The upper half of FP16, 32,768 to 65,504, where twice a number is infinite. As bits without the sign. */
const LARGEST_HALF_BITS = 0x7800;

/** A number that is so large, or missing, that an answer which is no number is no wonder. */
interface Extreme {
  readonly input: string;
  /** Flat. */
  readonly index: number;
  readonly value: number;
}

/** Which rows of a request hold such a number. */
interface Extremes {
  /** The one that explains row `row`, or any answer where a row does not tell. */
  readonly of: (row: number | undefined) => Extreme | undefined;
}

function extremesOf({ feeds, rows }: ParsedInferRequest): Extremes {
  const byRow = new Map<number, Extreme>();
  let ofAll: Extreme | undefined;
  for (const [input, tensor] of Object.entries(feeds)) {
    const isLarge = largeIn(tensor);
    if (!isLarge) continue;
    const { length } = tensor.data as ArrayLike<number>;
    for (let index = 0; index < length; index += 1) {
      const value = isLarge(index);
      if (value === undefined) continue;
      const extreme = { input, index, value };
      if (tensor.dims[0] === rows) {
        const row = Math.floor(index / (length / rows));
        if (!byRow.has(row)) byRow.set(row, extreme);
      } else ofAll ??= extreme;
    }
  }
  return { of: (row) => ofAll ?? (row === undefined ? byRow.values().next().value : byRow.get(row)) };
}

/** The value at an index if it is so large. */
function largeIn(tensor: Tensor): ((index: number) => number | undefined) | undefined {
  if (tensor.type === 'float16') {
    const { buffer, byteOffset, length } = tensor.data as unknown as Uint16Array;
    const bits = new Uint16Array(buffer, byteOffset, length);
    return (index) => {
      const magnitude = bits[index]! & 0x7fff;
      if (magnitude < LARGEST_HALF_BITS) return undefined;
      return halvesIn(buffer)[byteOffset / 2 + index];
    };
  }
  if (tensor.type !== 'float32' && tensor.type !== 'float64') return undefined;
  const data = tensor.data as Float32Array | Float64Array;
  // So written that NaN is none of those within.
  return (index) => (Math.abs(data[index]!) <= LARGEST ? undefined : data[index]);
}

/** The caller's mistake, and not the model's failure: its numbers alone overflow, or one is missing. */
function notFinite(nonFinite: NonFinite, { input, index, value }: Extreme): RequestError {
  const answer = `output ${shown(nonFinite.output)} is ${nonFinite.value} at index ${nonFinite.index}`;
  return Number.isNaN(value)
    ? new RequestError(
        400,
        'ValueMissing',
        'inputs',
        `Input ${shown(input)} is null (NaN) at index ${index}, and the model takes no missing value there: ${answer}.`,
      )
    : new RequestError(
        400,
        'InputOverflow',
        'inputs',
        `Input ${shown(input)} is ${value} at index ${index}, so that ${answer}: numbers beyond 1.8e19 (32768 in ` +
          'FP16) overflow.',
      );
}

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
  /** What to count. */
  readonly answers: AnswerCells;
  /** What a label names later; undefined where none are taken. */
  readonly requestId: string | undefined;
}

/**
 * Runs the model. Throws `ModelError` when it fails or gives NaN or an infinity, `RequestError` where the request made
 * it so: an answer that cannot fit, numbers that overflow by themselves or are missing, sizes that contradict each
 * other.
 */
export async function infer(
  model: NamedModel,
  modelName: string,
  modelVersion: string,
  request: ParsedInferRequest,
  { nonFinite }: Pick<ModelServerEnv, 'nonFinite'>,
  acceptsGzip: boolean,
  requestIdOf: (outputs: readonly PredictionOutput[]) => string | undefined = () => undefined,
): Promise<Inference> {
  refuseTooLargeAnswer(request, acceptsGzip);
  const { classNames } = model;
  // All outputs are computed, also those not asked for: the prediction is counted whichever the caller wants.
  const outputs = readRun(await run(model, request), model.outputs);
  if (nonFinite !== 'allowed') refuseNonFinite(outputs, request, nonFinite === 'infinities-allowed');
  const requestId = requestIdOf(outputs);
  const { json, binary } = writeOutputs(outputs, request.outputs, classNames);
  const id = request.id ?? requestId;
  const head = `"model_name":${JSON.stringify(modelName)},"model_version":${JSON.stringify(modelVersion)}`;
  return {
    content: { json: `{${head}${id === undefined ? '' : `,"id":${JSON.stringify(id)}`},"outputs":${json}}`, binary },
    answers: model.counter.count(outputs, request.rows, MAX_ROWS_COUNTED),
    requestId,
  };
}

async function run(model: NamedModel, request: ParsedInferRequest): Promise<InferenceSession.ReturnType> {
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
  const rowOf = ({ shape, index, length }: PositionInBatch): number | undefined =>
    shape[0] === request.rows && shape.length > 0 ? Math.floor(index / (length / request.rows)) : undefined;
  const unexplained = findNonFinite(outputs, infinitiesAllowed, (at) => extremes.of(rowOf(at)) !== undefined);
  if (unexplained === undefined) throw notFinite(first, extremes.of(rowOf(first))!);
  const { output, index, value } = unexplained;
  const advice = Number.isNaN(value)
    ? ''
    : "; where infinities are right, set the endpoint's nonFinite to 'infinities-allowed'";
  throw new ModelError('NonFiniteOutput', `Output ${shown(output)} holds ${value} at index ${index}${advice}.`);
}

type PositionInBatch = NonNullable<ReturnType<typeof findNonFinite>>;

/** The ARN of a direct call of a version: `…:function:NAME:7`. */
export const byVersion = /:function:[^:]+:\d+$/;

/**
 * Fails as a model does, and is counted as one: so a rollout sees, before any traffic moves, that failures of green
 * reach the counters that it will be judged by. For other callers the path does not exist.
 */
export function failOnPurpose(context: InvocationContext, countModelError: () => void): never {
  if (!byVersion.test(context.invokedFunctionArn)) throw nothingAt(SELF_TEST_PATH);
  countModelError();
  throw new ModelError('ModelFailed', 'The model failed: on purpose, to see that failures are counted.');
}

/**
 * What users meet in a drill. Tests of the version, and of the preview, are answered: the canary itself is to find it.
 */
export const failInDrill = (drill: string): ModelError =>
  new ModelError('ModelFailed', `The model failed: on purpose, in the drill ${drill}.`);
