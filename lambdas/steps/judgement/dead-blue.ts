import type { Adapters } from '../../adapters/adapters';
import type { RolloutState } from '../../contract/rollout-state';
import type { Evidence, EvidenceMinute } from '../../domain/evidence';
import { failsBeyondBlue } from '../../domain/judge/held-minutes';
import { totalOf } from '../../domain/statistics/counts';
import { failedIn, failuresInWords, usualOf } from './ask-both';
import { answersOf, askedOf, type CallsOfVersion } from './ask-versions';

type Needs = Pick<Adapters, 'clock' | 'endpointCalls'>;

/** So many calls at once of each version, twice, so far apart: for a blip. A blue that hangs takes that long itself. */
const CALLS = 5;
const APART_MS = 12_000;

/**
 * That blue has died beside green, in words: where its users' minutes look like it, or an alarm has rung and `asked`
 * tells it already, and green's users do not meet the same; a version that answers us may still fail them.
 */
export async function diedBeside(
  ports: Needs,
  state: RolloutState,
  green: string,
  evidence: Evidence,
  asked: string | undefined,
): Promise<string | undefined> {
  if (!answersItsUsers(evidence)) return undefined;
  return asked ?? (seemsDead(evidence) ? askDirectly(ports, state, green) : undefined);
}

/**
 * Asked directly, blue answers nothing of what both answered before green had traffic, and green all of it. Then there
 * is nothing to compare green with, and nothing better to go back to. Only our own calls decide: what its users send
 * may fail a blue that is well. What cannot be asked is not known; and a drill promotes nothing, whatever blue does.
 */
export async function askDirectly(ports: Needs, state: RolloutState, green: string): Promise<string | undefined> {
  if (state.plan.action === 'drill') return undefined;
  const again = ports.clock.now() + APART_MS;
  const first = await askedAlone(ports, state, green).catch(() => undefined);
  if (first === undefined) return undefined;
  await ports.clock.sleep(Math.max(0, again - ports.clock.now()));
  const second = await askedAlone(ports, state, green).catch(() => undefined);
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

/** Hardly a request is answered, or not before those of its hour were. */
const answersNothing = ({ errors, invocations, slow, durations }: EvidenceMinute['blue']): boolean =>
  errors >= HARDLY_ANY * invocations || (durations > 0 && (slow.at(-1) ?? 0) >= HARDLY_ANY * durations);

/** Blue answers nothing in the newest minute in which it had requests. */
function seemsDead({ rows }: Pick<Evidence, 'rows'>): boolean {
  const last = rows.findLast(({ blue }) => blue.invocations > 0);
  return last !== undefined && answersNothing(last.blue);
}

/** Meanwhile, or in the newest minute where it is not so yet. */
function answersItsUsers({ rows, baseline }: Pick<Evidence, 'rows' | 'baseline'>): boolean {
  const died = rows.findLastIndex(({ blue }) => blue.invocations > 0 && !answersNothing(blue)) + 1;
  const met = failedIn(rows.slice(Math.min(died, rows.length - 1)));
  return met.events <= met.requests / 2 && !failsBeyondBlue(usualOf(baseline), met);
}
