import type { Failing } from '../../contract/failing';
import type { RolloutState } from '../../contract/rollout-state';
import type { Evidence, SideCounts } from '../../domain/evidence';
import { failsBeyondBlue } from '../../domain/judge/held-minutes';
import { meanOf, mostTaken, totalTaken, turnedAwayByAsking } from '../../domain/judge/turned-away';
import { milliseconds } from '../../domain/numbers';
import { type Count, totalOf } from '../../domain/statistics/counts';
import { usualRate } from '../../domain/statistics/usual';
import { MINUTE_MS } from '../../domain/minutes';
import type { Adapters } from '../../adapters/adapters';
import { type CallsOfVersion, answersOf, ROUNDS_MS } from './ask-versions';
import { illBlue } from './ill-blue';

type Needs = Pick<Adapters, 'clock' | 'endpointCalls' | 'evidence'>;

/**
 * So many tell a version of which a thirtieth is turned away from one of which one in 200 is, at one error in 1,000.
 * One at a time: of a small account's executions these calls must take up no more.
 */
const CALLS = 300;

export interface AskedForTurn {
  /** `both-ill`: it is not green; `both-answer`: it is over; `other`: nothing excuses green. */
  readonly found: 'both-ill' | 'both-answer' | 'other';
  /** Green's requests take no longer than blue's. */
  readonly isAlike: boolean;
  /** How blue is ill; undefined where it is as in its hour. */
  readonly failing: Failing | undefined;
  /** Calls that versions answered. */
  readonly calls: number;
  /** What was seen, in words. */
  readonly why: string;
}

/**
 * When Lambda turns green's requests away, both versions are asked what both answered before, see `turnedAwayByAsking`.
 * Undefined where there is nothing to ask, or too little to compare with.
 */
export async function askForTurn(
  ports: Needs,
  state: RolloutState,
  green: string,
  { baseline, rows }: Evidence,
): Promise<AskedForTurn | undefined> {
  const { config, blue, controlMs: before } = state;
  const until = ports.clock.now() + ROUNDS_MS;
  const usual = usualRate(baseline.map((minute) => awayOf(minute.blue)));
  const users = totalOf(rows.map((minute) => awayOf(minute.green)));
  if (before === undefined || usual === undefined || !failsBeyondBlue(usual, users)) return undefined;
  const [ofBlue, ofGreen] = await Promise.all([
    ports.evidence.fetchTimeTaken(config, blue.version, spanOf(baseline)),
    ports.evidence.fetchTimeTaken(config, green, spanOf(rows)),
  ]);
  const ran = users.requests > users.events;
  if (ofBlue === 'unavailable' || ofGreen === 'unavailable' || ofBlue.length === 0 || (ran && ofGreen.length === 0))
    return undefined;
  const answers = await answersOf(ports, state, green, CALLS, 1, until);
  if (answers === undefined) return undefined;
  const away = { blue: triesOf(answers.blue), green: triesOf(answers.green) };
  const asked = { away, blue: answers.blue.ms, green: answers.green.ms };
  const turnedAway = new Set(
    rows.filter(({ green: { throttles } }) => throttles > 0).map(({ minute }) => Date.parse(minute)),
  );
  const inThose = ofGreen.filter(({ atMs }) => turnedAway.has(atMs));
  // Where Lambda took none in those minutes, the others tell; where it took none at all, nothing was taken up.
  const compared = totalTaken(inThose.length > 0 ? inThose : ofGreen);
  const taken = {
    blue: mostTaken(ofBlue, compared.requests),
    green: compared.requests === 0 ? undefined : meanOf(compared),
  };
  const stillFails = answers.blue.events > 0 ? state.failing : undefined;
  const words = (version: string, { events, requests }: Count) =>
    `version ${version} was turned away at ${events} of ${requests} tries`;
  const took =
    taken.green === undefined
      ? "none of its users' requests ran"
      : `its users' requests take ${milliseconds(taken.green)} on average`;
  return {
    ...turnedAwayByAsking({ before, asked }, usual, users, taken),
    failing: failsBeyondBlue(usual, away.blue) ? throttledBlue(ports, state, away.blue) : stillFails,
    calls: answers.blue.requests + answers.green.requests + 2,
    why:
      `asked directly, ${words(`${blue.version} (blue)`, away.blue)}, and as many of its users' requests took up ` +
      `to ${milliseconds(taken.blue)} on average; ${words(green, away.green)}, and ${took}`,
  };
}

export const throttledBlue = (
  ports: Pick<Adapters, 'clock'>,
  state: RolloutState,
  { events, requests }: Count,
): Failing => illBlue(ports, state, 'is throttled', `Lambda turned it away at ${events} of ${requests} tries`);

const awayOf = ({ throttles, invocations }: Pick<SideCounts, 'throttles' | 'invocations'>): Count => ({
  events: throttles,
  requests: throttles + invocations,
});

export const triesOf = ({ turnedAway, requests }: CallsOfVersion): Count => ({
  events: turnedAway,
  requests: turnedAway + requests,
});

const spanOf = (minutes: readonly { readonly minute: string }[]) => ({
  fromMs: Date.parse(minutes[0]?.minute ?? ''),
  untilMs: Date.parse(minutes.at(-1)?.minute ?? '') + MINUTE_MS,
});
