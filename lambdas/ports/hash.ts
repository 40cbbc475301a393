import type { Sha256Hex } from '../domain/execution-name';

/** A hash function: the domain has none of its own. */
export type Hash = Sha256Hex;
