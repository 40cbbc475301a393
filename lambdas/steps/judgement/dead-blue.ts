import type { Adapters } from '../../adapters/adapters';
import type { RolloutState } from '../../contract/rollout-state';
import type { EvidenceMinute } from '../../domain/evidence';
import { totalOf } from '../../domain/statistics/counts';
import { failuresInWords } from './ask-both';
import { answersOf, askedOf, type CallsOfVersion } from './ask-versions';

type Needs = Pick<Adapters, 'clock' | 'endpointCalls'>;

/** So many calls at once of each version, twice, so far apart: for a blip. A blue that hangs takes that long itself. */
const CALLS = 5;
const APART_MS = 12_000;

/**
 * That blue has died beside green, in words: asked directly, it answers nothing of what both answered before green had
 * traffic, and green all of it. Then there is nothing to compare green with, and nothing better to go back to. Only our
 * own calls decide: what its users send may fail a blue that is well.
 */
export async function diedBeside(ports: Needs, state: RolloutState, green: string): Promise<string | undefined> {
  const again = ports.clock.now() + APART_MS;
  const first = await askedAlone(ports, state, green);
  if (first === undefined) return undefined;
  await ports.clock.sleep(Math.max(0, again - ports.clock.now()));
  const second = await askedAlone(ports, state, green);
  if (second === undefined) return undefined;
  const asked = { blue: totalOf([first.blue, second.blue]), green: totalOf([first.green, second.green]) };
  const what = state.control === undefined ? 'calls for what they take' : 'requests that both answered before';
  return (
    `blue (version ${state.blue.version}) answers nothing any more: asked directly, ` +
    `${failuresInWords(state, green, asked)} ${what}`
  );
}

/** Undefined where it is not blue alone. Of fewer than half, since Lambda turned others away, nothing is concluded. */
async function askedAlone(
  ports: Needs,
  state: RolloutState,
  green: string,
): Promise<Record<'blue' | 'green', CallsOfVersion> | undefined> {
  const asked =
    (await answersOf(ports, state, green, CALLS, CALLS)) ??
    (await askedOf(ports, state, green, undefined, CALLS, CALLS));
  const isAlone = asked.blue.events === asked.blue.requests && asked.green.events === 0;
  return isAlone && Math.min(asked.blue.requests, asked.green.requests) >= CALLS / 2 ? asked : undefined;
}

const HARDLY_ANY = 0.9;

/** In the newest minute in which blue had requests hardly one was answered, or not before those of its hour were. */
export function seemsDead(rows: readonly EvidenceMinute[]): boolean {
  const last = rows.findLast(({ blue }) => blue.invocations > 0)?.blue;
  if (last === undefined) return false;
  const slow = last.durations > 0 && (last.slow.at(-1) ?? 0) >= HARDLY_ANY * last.durations;
  return slow || last.errors >= HARDLY_ANY * last.invocations;
}
