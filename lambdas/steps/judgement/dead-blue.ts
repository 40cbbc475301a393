import type { Adapters } from '../../adapters/adapters';
import type { RolloutState } from '../../contract/rollout-state';
import type { Evidence } from '../../domain/evidence';
import { failsBeyondBlue } from '../../domain/judge/held-minutes';
import { type Count, totalOf } from '../../domain/statistics/counts';
import { madeUpRequests } from '../verification/warm-up';
import { failedIn, failuresInWords, usualOf } from './ask-both';
import { requestsIn } from './read-baseline';
import { askOnce, type CallOfVersion, signatureOf } from './ask-versions';

type Needs = Pick<Adapters, 'clock' | 'endpointCalls'>;

/** So many calls at once of each version, and as many again so much later: for a blip. */
const CALLS = 5;
const APART_MS = 12_000;
/** A call that Lambda ends itself is over by then, where the function's timeout is the default or less. */
const PATIENCE_MS = 21_000;

/** Of all requests of blue's users since it answered more than the rest; of fewer all may have failed by luck. */
export const NOTHING = 0.9;
const TOO_FEW = 5;
/** Requests a minute in blue's hour. */
const BUSY = 20;
/** A green that fails a fifth of its own, however few, is no way out. */
const GREEN_FAILS = 0.2;

/** The newest minutes in which blue's users had no answers; a minute without any request is among them. */
export const sinceItAnswered = ({ rows }: Pick<Evidence, 'rows'>): Evidence['rows'] =>
  rows.slice(rows.findLastIndex(({ blue }) => blue.invocations > 0 && blue.errors < NOTHING * blue.invocations) + 1);

/**
 * Whether blue's users are answered nothing any more, while green's are; of green all minutes count but those in which
 * what both need was broken.
 */
export function shownByUsers(evidence: Evidence): 'blue dies' | 'green fails' | 'neither' {
  const { rows, baseline, held = [] } = evidence;
  const since = sinceItAnswered(evidence);
  const ill = new Set(held.map(({ minute }) => minute));
  const ofBlue = totalOf(since.map(({ blue }) => ({ events: blue.errors, requests: blue.invocations })));
  const [lately, ever] = [since, rows.filter(({ minute }) => !ill.has(minute))].map(failedIn) as [Count, Count];
  if (lately.events > GREEN_FAILS * lately.requests) return 'green fails';
  if ([lately, ever].some((met) => failsBeyondBlue(usualOf(baseline), met))) return 'green fails';
  const met = failedIn(rows);
  const isMet = met.requests > met.events;
  // What Lambda cannot run at all, for want of its key for example, counts no request; two such minutes are no luck.
  const isBusy = requestsIn(evidence) >= BUSY * baseline.length;
  const isAway = since.length >= 2 && ofBlue.requests === 0 && isBusy;
  return isMet && (isAway || ofBlue.requests >= TOO_FEW) ? 'blue dies' : 'neither';
}

/**
 * Asked directly, blue answers nothing of what both answered before green had traffic, and green all of it. Then there
 * is nothing to compare green with, and nothing better to go back to. What its users send may fail a blue that is well;
 * it must fail us, too. What cannot be asked is not known; and a drill promotes nothing, whatever blue does.
 */
export async function askDirectly(ports: Needs, state: RolloutState, green: string): Promise<string | undefined> {
  if (state.plan.action === 'drill') return undefined;
  const signature = await signatureOf(ports, state, green);
  const body = signature && state.control !== undefined ? madeUpRequests(signature)[state.control] : undefined;
  const ask = async (version: string): Promise<readonly CallOfVersion[]> =>
    Promise.all(Array.from({ length: CALLS }, () => askOnce(ports, state, version, body, PATIENCE_MS)));
  const asked: (readonly CallOfVersion[])[] = [];
  for (const pause of [0, APART_MS]) {
    await ports.clock.sleep(pause);
    const both = await Promise.all([ask(state.blue.version), ask(green)]).catch(() => undefined);
    if (both === undefined || !isDead(both[0]) || !both[1].every(({ said }) => said === 'answered')) return undefined;
    asked.push(both[0]);
  }
  // Those that Lambda turned away came to no version.
  const failed = asked.flat().filter(({ said }) => said === 'failed').length;
  const answers = { blue: { events: failed, requests: failed }, green: { events: 0, requests: 2 * CALLS } };
  const what = body === undefined ? 'calls for what they take' : 'requests that both answered before';
  return (
    `blue (version ${state.blue.version}) answers nothing any more: asked directly, ` +
    `${failuresInWords(state, green, answers)} ${what}`
  );
}

/** None was answered, and most of them failed for good; some may have been turned away by Lambda. */
const isDead = (calls: readonly CallOfVersion[]): boolean =>
  calls.every(({ said, isOpen }) => said === 'turned away' || (said === 'failed' && isOpen !== true)) &&
  calls.filter(({ said }) => said === 'failed').length > CALLS / 2;
