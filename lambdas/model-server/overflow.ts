import type { Tensor } from 'onnxruntime-node';
import { shown } from '../contract/tensor-data';
import type { ParsedInferRequest } from './read-infer-request';
import { RequestError } from './request-error';
import { halvesIn } from './tensor-types';
import type { NonFinite } from './write-outputs';

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
export interface Extremes {
  /** The one that explains row `row`, or any answer where a row does not tell. */
  readonly of: (row: number | undefined) => Extreme | undefined;
}

export function extremesOf({ feeds, rows }: ParsedInferRequest): Extremes {
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
export function notFinite(nonFinite: NonFinite, { input, index, value }: Extreme): RequestError {
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
        `Input ${shown(input)} is ${value} at index ${index}, so that ${answer}: numbers beyond 1.8e19 (32768 in FP16) overflow.`,
      );
}
