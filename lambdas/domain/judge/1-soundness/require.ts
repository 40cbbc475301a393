import { EvidenceInvalid } from './evidence-invalid';

/** A count: a whole number from 0 to `most`. */
export function requireCount(field: string, value: unknown, most = Number.MAX_SAFE_INTEGER, mostIs = ''): void {
  if (!Number.isSafeInteger(value)) throw new EvidenceInvalid(field, value, 'a whole number');
  if ((value as number) < 0) throw new EvidenceInvalid(field, value, 'at least 0');
  if ((value as number) > most) throw new EvidenceInvalid(field, value, `at most ${most}${mostIs}`);
}

export function requireWholeBetween(field: string, value: unknown, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
    throw new EvidenceInvalid(field, value, `a whole number from ${least} to ${most}`);
  }
}

/** A finite number, strictly above `above` and, if given, strictly below `below`. */
export function requireInside(field: string, value: unknown, above: number, below = Infinity): void {
  if (typeof value !== 'number' || !(value > above && value < below)) {
    throw new EvidenceInvalid(
      field,
      value,
      `above ${above}${below < Infinity ? ` and below ${below}` : ' and finite'}`,
    );
  }
}

/** A finite number of at least `least` and, if given, at most `most`. */
export function requireAtLeast(field: string, value: unknown, least: number, most = Number.MAX_VALUE): void {
  if (typeof value !== 'number' || !(value >= least && value <= most)) {
    throw new EvidenceInvalid(
      field,
      value,
      `at least ${least}${most < Number.MAX_VALUE ? ` and at most ${most}` : ''}`,
    );
  }
}

/** A list; with `length`, of exactly so many elements, as many as `lengthIs` says. */
export function requireList(field: string, value: unknown, length?: number, lengthIs = ''): void {
  if (!Array.isArray(value)) throw new EvidenceInvalid(field, value, 'a list');
  if (length !== undefined && value.length !== length) {
    throw new EvidenceInvalid(`${field}.length`, value.length, `${length}${lengthIs}`);
  }
}

/** A list of counts, each from 0 to `most`; a hole in the list is no count. */
export function requireCounts(
  field: string,
  values: readonly unknown[],
  length: { readonly of: number; readonly is: string },
  most?: number,
  mostIs?: string,
): void {
  requireList(field, values, length.of, length.is);
  // `entries` visits holes, which `forEach` would skip.
  for (const [index, value] of values.entries()) requireCount(`${field}[${index}]`, value, most, mostIs);
}

export function requireObject(field: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw new EvidenceInvalid(field, value, 'an object');
}
