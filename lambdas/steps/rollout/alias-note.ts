import type { RolloutState } from '../../contract/rollout-state';
import type { AliasState, AliasTarget } from '../../adapters/lambda/live-alias';

type Whose = Pick<RolloutState, 'id' | 'blue' | 'green'>;

/**
 * What a write of a rollout leaves in the alias' description, in that same write: whose the traffic is, and which version
 * green replaced. It is the one note that cannot get lost without the traffic, so that blue can be put back from it alone.
 */
export const noteOf = ({ id, blue, green }: Whose, target: AliasTarget): string =>
  `rollout ${id}: ${aliasInWords(target)}${target.canary === undefined && target.version === green.version ? wasBlue(blue) : ''}`;

/**
 * What the write that takes a promoted green back leaves there. The record of the promotion may never have been written,
 * and afterwards the alias shows green no more: a try that follows would say that it was never live.
 */
export const gaveWay = ({ id, blue, green }: Whose): string =>
  `rollout ${id}: version ${green.version} gave way${wasBlue(blue)}`;

const wasBlue = ({ version }: RolloutState['blue']): string => `; blue was version ${version}`;

/** What the alias says, for people. */
export function aliasInWords(alias: AliasTarget): string {
  return alias.canary === undefined
    ? `version ${alias.version} alone`
    : `version ${alias.version} with ${alias.canary.weight} % on version ${alias.canary.version}`;
}

export interface NotedRollout {
  readonly id: string;
  readonly blue: string;
  readonly green: string;
  /** Green's share of traffic, in percent, by the last write that raised it. */
  readonly weight: number;
}

/** The rollout that wrote the alias last and gave green traffic; undefined where it did not, or the traffic is another by now. */
export function readNote(alias: AliasState): NotedRollout | undefined {
  const { description = '', version, canary } = alias;
  const [, id, promoted, gone, blue] =
    /^rollout (\S+): version (?:(\S+) alone|(\S+) gave way); blue was version (\S+)$/.exec(description) ?? [];
  const green = promoted ?? gone;
  if (id !== undefined && green !== undefined && blue !== undefined)
    return promoted === undefined ||
      noteOf({ id, blue: { version: blue }, green: { version: green } }, alias) === description
      ? { id, blue, green, weight: 100 }
      : undefined;
  const [, owner] = /^rollout (\S+): /.exec(description) ?? [];
  const whose = owner !== undefined && canary && { id: owner, blue: { version }, green: { version: canary.version } };
  return whose && noteOf(whose, alias) === description
    ? { id: whose.id, blue: version, green: canary.version, weight: canary.weight }
    : undefined;
}
