import type { Evidence } from '../evidence';
import { historyOf, pairMinutes } from '../gates/gate';
import { shareOf } from '../numbers';
import { asGoodAsBlue } from '../statistics/mixture';
import { proofOfNoHarm } from '../gates/counter';

/** A green that fails a tenth of its requests more than blue is no model to give half of the users to. */
const FAILURE_POINTS = 0.1;

/** ln(20) and ln(2) for the two alternatives, over the ln(1/0.9) that a request is worth which does not fail, where none of blue's does. */
export const REQUESTS_THAT_SHOW_IT_WORKS = Math.ceil(Math.log(2 * 20) / -Math.log(1 - FAILURE_POINTS));

type Side = Evidence['baseline'][number]['blue'];
const failed = ({ errors, throttles }: Side): number => errors + throttles;
const asked = ({ invocations, throttles }: Side): number => invocations + throttles;

/**
 * Whether it is excluded that green fails altogether: the proof of no harm, with the margin of a disaster, on requests that failed
 * or were turned away. H0 is "green fails at least 10 points more than blue, in every minute"; excluded when the e-value
 * against it reaches 1/missRate, at whichever look: so P(excluded | H0) <= missRate, 5 % by default, and of a green that fails
 * every request it is nil. Where blue fails nothing, 36 good requests are enough. Gates that are off are not asked: this
 * decides a weight, not a promotion.
 *
 * @returns in words what it rests on; undefined where it is not excluded
 */
export function totalFailureExcluded(evidence: Evidence, missRate: number): string | undefined {
  const isHeld = new Set(evidence.held?.map(({ minute }) => minute));
  const rows = evidence.rows.filter(({ minute }) => !isHeld.has(minute));
  const minutes = pairMinutes({ ...evidence, rows }, failed, asked);
  const history = historyOf(evidence, failed, asked);
  const margin = { ratio: 1, points: FAILURE_POINTS };
  const proof = proofOfNoHarm({ minutes, test: { margin, alternatives: asGoodAsBlue, history, share: 'realised' } });
  if ((proof.at(-1) ?? 0) < Math.log(1 / missRate)) return undefined;
  const sum = (of: (green: Side) => number) => rows.reduce((total, { green }) => total + of(green), 0);
  return `a total failure is excluded: green failed ${shareOf(sum(failed), sum(asked), 'requests')}`;
}
