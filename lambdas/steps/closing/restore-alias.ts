import { LiveAliasMoved } from '../../contract/errors';
import type { RolloutState } from '../../contract/rollout-state';
import { isoTime } from '../../domain/minutes';
import type { AliasState, AliasTarget } from '../../ports/live-alias';
import type { Ports } from '../../ports/ports';
import { aliasInWords, noteOf } from '../rollout/write-alias';

/** The alias may change under our hands; each try reads it anew. */
const TRIES = 10;
const PAUSE_MS = 500;

/** Blue could not be put back although the alias was ours to write; whoever called tries again. */
export class AliasUnsettled extends Error {
  override readonly name = 'AliasUnsettled';
}

type Needs = Pick<Ports, 'clock' | 'liveAlias' | 'liveModels'>;

export interface Restored {
  /** Absent when somebody has deleted the alias. */
  readonly liveVersion?: string;
  readonly note: string;
  /** Green had all traffic when the alias was first read, here or in an earlier try that got no further. */
  readonly greenWasLive: boolean;
}

/**
 * Puts blue alone in service, as far as the alias still says what this rollout wrote: green's weight goes, and a
 * promoted green gives way to blue. What somebody else has put there stays, and an alias that somebody has deleted stays
 * deleted. Safe to call any number of times.
 */
export async function restoreAlias(ports: Needs, state: RolloutState): Promise<Restored> {
  try {
    return await restore(ports, state);
  } catch (error) {
    if (error instanceof LiveAliasMoved) return { note: error.message, greenWasLive: false };
    throw error;
  }
}

async function restore({ clock, liveAlias, liveModels }: Needs, state: RolloutState): Promise<Restored> {
  const { functionName } = state.config;
  let greenWasLive = false;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const current = await liveAlias.read(functionName);
    greenWasLive ||= current.version === state.green.version || current.description === takenBack(state);
    const target = wanted(current, state);
    if (target === undefined && !mayStillBeWritten(current, state)) {
      await followAlias(liveModels, clock.now(), state, current, greenWasLive);
      return {
        liveVersion: current.version,
        note: `the live alias says ${aliasInWords(current)}: nothing to put back`,
        greenWasLive,
      };
    }
    const { version, canary } = target ?? current;
    const why = version === current.version ? noteOf(state, { version, canary }) : takenBack(state);
    const written = await liveAlias.write(functionName, { version, canary }, current.revisionId, why);
    if (written !== 'changed') {
      await followAlias(liveModels, clock.now(), state, written, greenWasLive);
      return {
        liveVersion: written.version,
        note: `the live alias said ${aliasInWords(current)} and now says ${aliasInWords(written)}`,
        greenWasLive,
      };
    }
    await clock.sleep(PAUSE_MS);
  }
  throw new AliasUnsettled(`the live alias of ${functionName} kept changing while blue was put back, ${TRIES} times`);
}

/** What the alias should say instead, or undefined when there is nothing of this rollout in it. */
function wanted(current: AliasState, state: RolloutState): AliasTarget | undefined {
  const green = state.green.version;
  const blue = state.blue.version;
  if (green === undefined || green === blue) return undefined;
  // The first model of an endpoint has no blue to give way to: reverting it would leave users without any model.
  const hasBlue = state.blue.model !== undefined;
  // A promotion leaves no weights: with weights beside green it is somebody else's change, and stays.
  const greenAlone = current.version === green && current.canary === undefined;
  if (greenAlone && promotedByUs(current, state) && hasBlue) return { version: blue };
  if (current.canary?.version === green) return { version: current.version };
  return undefined;
}

/**
 * The rollout noted its promotion, or its write says so although the step could note nothing after it. The phase alone
 * is noted before the write: a person may have been there first.
 */
const promotedByUs = (current: AliasState, state: RolloutState): boolean =>
  state.phase === 'promoted' &&
  (state.weights.at(-1)?.weight === 100 ||
    (state.green.version !== undefined && current.description === noteOf(state, { version: state.green.version })));

/**
 * The alias is as this rollout last saw it. A step that was stopped half way runs on, and may be about to write: the same
 * traffic is written once more, which changes the revision, so that the step's own write is refused.
 */
const mayStillBeWritten = (current: AliasState, { alias, green, plan }: RolloutState): boolean =>
  current.revisionId === alias.revisionId && green.version !== undefined && !plan.dryRun;

/**
 * What the write that takes a promoted green back leaves in the alias' description, in that same write. The record of
 * the promotion may never have been written, and afterwards the alias shows green no more: a try that follows would
 * say that it was never live.
 */
const takenBack = ({ id, blue, green }: RolloutState): string =>
  `rollout ${id}: version ${green.version} gave way to version ${blue.version}`;

/**
 * What should be live follows the alias: a revert begins blue's next period, and a green that stays, because there is no
 * blue or somebody put it back, is live although its promotion broke off before it could say so.
 */
async function followAlias(
  liveModels: Ports['liveModels'],
  now: number,
  { phase, endpoint, blue, green, startedAt }: RolloutState,
  { version }: AliasState,
  greenWasLive: boolean,
): Promise<void> {
  if (phase !== 'promoted') return;
  const begin = async ({ version: of, model }: RolloutState['green']): Promise<void> => {
    if (of !== undefined) await liveModels.begin(endpoint, { version: of, ...(model && { model }), since: isoTime(now) }); // prettier-ignore
  };
  const periods = await liveModels.read(endpoint);
  const noted = periods.some((period) => period.version === green.version && period.since >= startedAt);
  if (version === green.version || (greenWasLive && !noted)) await begin(green);
  if (version === blue.version) await begin(blue);
}
