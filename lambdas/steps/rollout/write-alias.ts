import { LiveAliasMoved } from '../../contract/errors';
import { LIVE_ALIAS } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import type { AliasState, AliasTarget } from '../../adapters/lambda/aliases';
import type { Adapters } from '../../adapters/adapters';
import { renewOwnership } from './record-progress';

type Whose = Pick<RolloutState, 'id' | 'blue' | 'green'>;

/**
 * What a write of a rollout leaves in the alias' description, in that same write: whose the traffic is, and which
 * version green replaced. It is the one note that cannot get lost without the traffic, so that blue can be put back
 * from it alone.
 */
export const noteOf = ({ id, blue, green }: Whose, target: AliasTarget): string =>
  `rollout ${id}: ` +
  `${aliasInWords(target)}${target.canary === undefined && target.version === green.version ? wasBlue(blue) : ''}`;

/**
 * What the write that takes a promoted green back leaves there. The record of the promotion may never have been
 * written, and afterwards the alias shows green no more: a try that follows would say that it was never live.
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

/** Undefined where it was deleted. */
export async function findAlias(
  { liveAlias }: Pick<Adapters, 'liveAlias'>,
  functionName: string,
): Promise<AliasState | undefined> {
  try {
    return await liveAlias.readLiveAlias(functionName);
  } catch (error) {
    if (error instanceof LiveAliasMoved) return undefined;
    throw error;
  }
}

export interface NotedRollout {
  readonly id: string;
  readonly blue: string;
  readonly green: string;
  /** Green's share of traffic, in percent, by the last write that raised it. */
  readonly weight: number;
}

/**
 * The rollout that wrote the alias last and gave green traffic; undefined where it did not, or the traffic is another
 * by now.
 */
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

/**
 * Writes the live alias once, on condition that it has not changed since our last read or write. Done twice it does
 * nothing the second time: when the alias says what we want, and its description that we wrote it, an earlier try took
 * effect and its answer was lost. The same traffic without our description is another writer's change, like any other,
 * but where it is known that an earlier try took effect: then another has written the description since.
 */
export async function writeAlias(
  ports: Pick<Adapters, 'clock' | 'liveAlias' | 'locks'>,
  state: RolloutState,
  target: AliasTarget,
  tookEffect = false,
): Promise<RolloutState> {
  const { liveAlias } = ports;
  const functionName = state.config.functionName;
  const why = noteOf(state, target);
  const isOurs = (alias: AliasState): boolean =>
    sameTraffic(alias, target) && (tookEffect || alias.description === why);
  const current = await liveAlias.readLiveAlias(functionName);
  if (isOurs(current)) return withRevision(state, current);
  if (current.revisionId !== state.alias.revisionId && !isOnlyRenamed(state, current)) throw moved(state, current);
  // The last thing before the write: an execution that was stopped since the step began owns the endpoint no longer.
  await renewOwnership(ports, state, 0, 'moved');
  const written = await liveAlias.writeLiveAlias(functionName, target, current.revisionId, why);
  if (written !== 'changed') return withRevision(state, written);
  // When an answer gets lost, the SDK sends the write again, and that one finds the alias changed: by our own first.
  const now = await liveAlias.readLiveAlias(functionName);
  if (isOurs(now)) return withRevision(state, now);
  throw moved(state, now);
}

/**
 * The list of what is live says that this rollout promoted its green: a step that came no further than that may find
 * the alias' description overwritten, and its record silent.
 */
export async function isNotedAsLive(
  { liveModels }: Pick<Adapters, 'liveModels'>,
  { endpoint, green, startedAt }: RolloutState,
): Promise<boolean> {
  const [newest] = await liveModels.livePeriods(endpoint);
  return (
    newest !== undefined &&
    newest.version === green.version &&
    newest.until === undefined &&
    newest.since >= startedAt &&
    newest.byHand !== true
  );
}

/**
 * Throws LiveAliasMoved unless the alias is as this rollout last wrote it. Its revision tells what its words cannot: a
 * weight that changed by less than a percent, and a change that was taken back between two looks. A description that
 * a person has written changes the revision too, and no traffic: the rollout goes on.
 */
export async function expectAlias(
  { liveAlias }: Pick<Adapters, 'liveAlias'>,
  state: RolloutState,
  expected: AliasTarget,
): Promise<RolloutState> {
  const current = await liveAlias.readLiveAlias(state.config.functionName);
  const isAsWritten = sameTraffic(current, expected) && current.revisionId === state.alias.revisionId;
  if (!isAsWritten && !isOnlyRenamed(state, current)) throw moved(state, current);
  return withRevision(state, current);
}

/**
 * The traffic is what this rollout wrote last, and the description is not: the writer of that changed nothing else.
 * Moved away and back, as the command line writes it, the alias keeps our description.
 */
function isOnlyRenamed(state: RolloutState, current: AliasState): boolean {
  const { blue, green, weights } = state;
  const weight = weights.at(-1)?.weight;
  if (weight === undefined || green.version === undefined) return false;
  const wrote =
    weight === 100 ? { version: green.version } : { version: blue.version, canary: { version: green.version, weight } };
  return sameTraffic(current, wrote) && current.description !== noteOf(state, wrote);
}

export function sameTraffic(one: AliasTarget, other: AliasTarget): boolean {
  return (
    one.version === other.version &&
    one.canary?.version === other.canary?.version &&
    one.canary?.weight === other.canary?.weight
  );
}

const withRevision = (state: RolloutState, alias: AliasState): RolloutState => ({
  ...state,
  alias: { revisionId: alias.revisionId },
});

const moved = (state: RolloutState, alias: AliasState): LiveAliasMoved =>
  new LiveAliasMoved(
    `alias ${LIVE_ALIAS} of ${state.config.functionName} was changed outside this rollout and now says ` +
      `${aliasInWords(alias)}; that change stays`,
  );
