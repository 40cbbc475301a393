import type { Aws } from './aws';
import type { FactId } from './facts';

/** One thing that AWS does, as its documents say, and the check that an AWS does it. */
export interface Expectation {
  /** A sentence; unique in the suite. */
  readonly name: string;
  /** Commands whose answers the check looks at, `UpdateAlias` for `UpdateAliasCommand`. */
  readonly covers: readonly string[];
  /** Where AWS says so. */
  readonly fact: FactId;
  /** Rejects where this AWS behaves otherwise. */
  readonly check: (aws: Aws) => Promise<void>;
}

export interface Topic {
  readonly title: string;
  readonly expectations: readonly Expectation[];
}

export const expectation = (
  name: string,
  { covers, fact }: Pick<Expectation, 'covers' | 'fact'>,
  check: Expectation['check'],
): Expectation => ({ name, covers, fact, check });
