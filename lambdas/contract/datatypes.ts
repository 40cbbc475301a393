import { isWellFormed } from './on-one-line';

/**
 * The datatypes of the Open Inference Protocol and how an element of each is written in JSON.
 * https://github.com/open-inference/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 */
export const DATATYPES = [
  'FP16',
  'FP32',
  'FP64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'BOOL',
  'BYTES',
] as const;

export type Datatype = (typeof DATATYPES)[number];

/** What a tensor of a datatype holds: bigints for 64 bit integers, 0 or 1 for BOOL, text for BYTES. */
export type Element = number | bigint | string;

/**
 * Reads one JSON value as an element; `undefined` when it is none. 64 bit integers may also be text, because JSON
 * numbers lose digits beyond 2^53: such a number is refused, not rounded.
 */
export function elementReader(datatype: Datatype): (value: unknown) => Element | undefined {
  switch (datatype) {
    case 'FP16':
      return finiteBelow(65_520); // the first number that rounds to infinity: 65504 + half a step of 32
    case 'FP32':
      return finiteBelow(2 ** 128 - 2 ** 103); // likewise: the largest float plus half a step of 2^104
    case 'FP64':
      return finiteBelow(Infinity);
    case 'INT8':
      return integerWithin(-128, 127);
    case 'INT16':
      return integerWithin(-32_768, 32_767);
    case 'INT32':
      return integerWithin(-2_147_483_648, 2_147_483_647);
    case 'INT64':
      return bigIntegerWithin(-(2n ** 63n), 2n ** 63n - 1n);
    case 'UINT8':
      return integerWithin(0, 255);
    case 'UINT16':
      return integerWithin(0, 65_535);
    case 'UINT32':
      return integerWithin(0, 4_294_967_295);
    case 'UINT64':
      return bigIntegerWithin(0n, 2n ** 64n - 1n);
    case 'BOOL':
      return (value) => (value === true || value === 1 ? 1 : value === false || value === 0 ? 0 : undefined);
    case 'BYTES':
      // The runtime ends text at NUL and has no half characters: the model would be asked something else.
      return (value) => (typeof value === 'string' && !value.includes('\0') && isWellFormed(value) ? value : undefined);
  }
}

/** What `elementReader` accepts, for an error message. */
export function elementLimit(datatype: Datatype): string {
  switch (datatype) {
    case 'FP16':
      return 'a finite number from -65504 to 65504 or null for NaN';
    case 'FP32':
      return 'a finite number from -3.4028235e38 to 3.4028235e38 or null for NaN';
    case 'FP64':
      return 'a finite number or null for NaN';
    case 'INT8':
      return 'a whole number from -128 to 127';
    case 'INT16':
      return 'a whole number from -32768 to 32767';
    case 'INT32':
      return 'a whole number from -2147483648 to 2147483647';
    case 'INT64':
      return 'a whole number of 64 bits (as text beyond 9007199254740991)';
    case 'UINT8':
      return 'a whole number from 0 to 255';
    case 'UINT16':
      return 'a whole number from 0 to 65535';
    case 'UINT32':
      return 'a whole number from 0 to 4294967295';
    case 'UINT64':
      return 'a whole number of 64 bits from 0 (as text beyond 9007199254740991)';
    case 'BOOL':
      return 'true or false';
    case 'BYTES':
      return 'text without NUL or half a surrogate pair';
  }
}

export const isDatatype = (value: unknown): value is Datatype =>
  typeof value === 'string' && (DATATYPES as readonly string[]).includes(value);

/** JSON has no NaN: `null` is a value that is missing, as data frames write it. */
const finiteBelow = (bound: number) => (value: unknown) => {
  if (value === null) return Number.NaN;
  return typeof value === 'number' && value > -bound && value < bound ? value : undefined;
};

const integerWithin = (low: number, high: number) => (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high ? value : undefined;

const bigIntegerWithin = (low: bigint, high: bigint) => (value: unknown) => {
  const exact =
    (typeof value === 'number' && Number.isSafeInteger(value)) ||
    (typeof value === 'string' && /^-?\d{1,20}$/.test(value));
  if (!exact) return undefined;
  const integer = BigInt(value);
  return integer >= low && integer <= high ? integer : undefined;
};
