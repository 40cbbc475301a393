import type { RolloutState } from '../../contract/rollout-state';
import { isoTime } from '../../domain/minutes';
import type { AliasState, AliasTarget } from '../../ports/live-alias';
import type { Ports } from '../../ports/ports';
import { aliasInWords } from '../rollout/write-alias';

/** The alias may change under our hands; each try reads it anew. */
const TRIES = 10;
const PAUSE_MS = 500;

/** Blue could not be put back although the alias was ours to write; whoever called tries again. */
export class AliasUnsettled extends Error {
  override readonly name = 'AliasUnsettled';
}

export interface Restored {
  readonly liveVersion: string;
  readonly note: string;
  readonly changed: boolean;
  /** Green had all traffic when the alias was first read, here or in an earlier try that got no further. */
  readonly greenWasLive: boolean;
}

/**
 * Puts blue alone in service, as far as the alias still says what this rollout wrote: green's weight goes, and a
 * promoted green gives way to blue. What somebody else has put there stays. Safe to call any number of times.
 */
export async function restoreAlias(
  { clock, liveAlias, liveModels }: Pick<Ports, 'clock' | 'liveAlias' | 'liveModels'>,
  state: RolloutState,
): Promise<Restored> {
  const { functionName } = state.config;
  let greenWasLive = false;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const current = await liveAlias.read(functionName);
    greenWasLive ||= current.version === state.green.version || (await wasNotedLive(liveModels, state));
    const target = wanted(current, state);
    if (target === undefined) {
      await followAlias(liveModels, clock.now(), state, current);
      return {
        liveVersion: current.version,
        note: `the live alias says ${aliasInWords(current)}: nothing to put back`,
        changed: false,
        greenWasLive,
      };
    }
    if (target.version !== current.version) await noteGreenLive(liveModels, clock.now(), state);
    const written = await liveAlias.write(functionName, target, current.revisionId);
    if (written !== 'changed') {
      await followAlias(liveModels, clock.now(), state, written);
      return {
        liveVersion: written.version,
        note: `the live alias said ${aliasInWords(current)} and now says ${aliasInWords(written)}`,
        changed: true,
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
  const promotedByUs = current.version === green && current.canary === undefined && state.phase === 'promoted';
  if (promotedByUs && hasBlue) return { version: blue };
  if (current.canary?.version === green) return { version: current.version };
  return undefined;
}

/**
 * A promotion may have failed before it could note that green is live. After the revert the alias shows it no more, and
 * a try that follows would record that green never was. Nothing here may keep blue from coming back.
 */
async function noteGreenLive(liveModels: Ports['liveModels'], now: number, state: RolloutState): Promise<void> {
  const { version, model } = state.green;
  if (version === undefined) return;
  const period = { version, ...(model && { model }), since: isoTime(now) };
  await liveModels.begin(state.endpoint, period).catch(() => undefined);
}

async function wasNotedLive(liveModels: Ports['liveModels'], state: RolloutState): Promise<boolean> {
  if (state.phase !== 'promoted') return false;
  const periods = await liveModels.read(state.endpoint);
  return periods.some(({ version, since }) => version === state.green.version && since >= state.startedAt);
}

/** What should be live follows the alias: a revert begins blue's next period. */
async function followAlias(
  liveModels: Ports['liveModels'],
  now: number,
  state: RolloutState,
  alias: AliasState,
): Promise<void> {
  if (state.phase !== 'promoted' || alias.version !== state.blue.version) return;
  await liveModels.begin(state.endpoint, {
    version: alias.version,
    ...(state.blue.model && { model: state.blue.model }),
    since: isoTime(now),
  });
}
