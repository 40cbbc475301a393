import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ROLLOUTS_PREFIX } from './names';

/**
 * Class names of an endpoint in the order of their index: in a version's environment, or named there and kept as an
 * object.
 */
export const MAX_CLASS_NAMES = 1_000;
/** Characters of each. */
export const MAX_CLASS_NAME = 64;

/** Of JSON. Lambda's environment holds 4,096 bytes in all, of which a model's address may take 1,500. */
const MAX_INLINE_BYTES = 1_024;

/** A thousand names of 64 characters, each of six bytes as an escape at most, are 387 KB. */
export const MAX_KEPT_MEGABYTES = 1;

/** Names that are not in the environment: the object that holds them, by its content. */
export interface KeptClassNames {
  readonly sha256: string;
}

export const classNamesSchema = z
  .array(z.string())
  .min(1)
  .refine((all) => new Set(all).size === all.length, 'must not repeat a name');

/** The names as an object, where they are too long for the environment; undefined where they are not. */
export function keptClassNames(
  names: readonly string[] | undefined,
): (KeptClassNames & { readonly text: string }) | undefined {
  if (names === undefined) return undefined;
  const text = JSON.stringify(names);
  if (Buffer.byteLength(text) <= MAX_INLINE_BYTES) return undefined;
  return { sha256: createHash('sha256').update(text).digest('hex'), text };
}

/**
 * Where an endpoint's objects of names are, in place of a rollout's id: one per content, so that writing it again
 * changes nothing.
 */
export const CLASS_NAMES_FOLDER = 'class-names';
export const classNamesDocument = ({ sha256 }: KeptClassNames): string => `${sha256}.json`;
export const classNamesKey = (endpoint: string, kept: KeptClassNames): string =>
  `${ROLLOUTS_PREFIX}${endpoint}/${CLASS_NAMES_FOLDER}/${classNamesDocument(kept)}`;
