import { type JudgedCounter, proofOfNoHarm } from '../gates/counter';
import { type JudgedGate, historyOf, pairMinutes } from '../gates/gate';
import type { MinuteCounts, Count } from '../statistics/counts';
import { LARGEST_GROUP } from '../statistics/usual';
import { logSumExp } from '../statistics/summaries';
import type { Evidence } from '../evidence';
import { shareOf } from '../numbers';
import { asGoodAsBlue } from '../statistics/mixture';

/** What was decided and by which numbers; the words are made elsewhere. */
export type Verdicts =
  | {
      readonly verdict: 'fail';
      readonly gate: JudgedGate;
      readonly counter: JudgedCounter;
      /** Minutes that had been judged when it was decided, 1 for the first. */
      readonly minute: number;
      readonly logEvidence: number;
    }
  | { readonly verdict: 'pass' | 'continue' }
  | { readonly verdict: 'inconclusive'; readonly gate: JudgedGate | undefined };

/** Times that green's events, in the count to blame, must have come at least: with fewer nothing is stopped. */
const FEWEST_TIMES = 2;

/** Requests that green should have had beside a group: that all of them went to blue has a chance of e^-6, 1 in 400. */
const ENOUGH_BESIDE = 6;

/**
 * How often events came. At a request a minute a single failure may be a hundredfold surprise: it stops no rollout, a
 * second does. And retries and batches make groups of one fate: those of a minute come once for every such group that
 * they could be. But not where every request of green's met one, and as many as blue answered otherwise should have
 * brought green some that are of no group: a model that fails all of ten requests is stopped in that minute. Asking for
 * events can only make `fail` rarer.
 */
const times = (minutes: readonly MinuteCounts[], length: number): number =>
  minutes.slice(0, length).reduce((sum, minute) => {
    const { blueEvents, blueRequests, greenEvents, greenRequests, weight } = minute;
    const beside = ((blueRequests - blueEvents) * weight) / Math.max(1 - weight, Number.EPSILON);
    const everyOne = greenEvents === greenRequests && beside >= ENOUGH_BESIDE;
    return sum + (everyOne ? greenEvents : Math.ceil(greenEvents / LARGEST_GROUP));
  }, 0);

export interface Rules {
  readonly logLimit: number;
  readonly logNonInferiorityLimit: number;
  readonly minimumMinutes: number;
  readonly plannedMinutes: number;
}

/**
 * fail          in the first minute in which the combined evidence reaches the limit, however the later minutes look;
 * pass          after the minimum, if every gate that is on has proof of no harm;
 * inconclusive  after the planned minutes without either;
 * continue      before that.
 */
export function decide(gates: readonly JudgedGate[], combined: Combined, settled: number, rules: Rules): Verdicts {
  const failed = firstFailure(combined, rules.logLimit);
  if (failed) return failed;
  const proven = gates.length > 0 && gates.every((gate) => isNonInferior(gate, settled, rules));
  if (settled > 0 && settled >= rules.minimumMinutes && proven) return { verdict: 'pass' };
  if (settled >= rules.plannedMinutes) return { verdict: 'inconclusive', gate: furthestFromProof(gates, settled) };
  return { verdict: 'continue' };
}

function firstFailure(combined: Combined, logLimit: number): Verdicts | undefined {
  for (const [index, logEvidence] of combined.logEvidence.entries()) {
    if (logEvidence < logLimit) continue;
    const gate = combined.blame(index);
    const counter = gate && leadingCounter(gate, index + 1);
    if (!gate || !counter) continue;
    // If green got no request at all, it is the routing that failed.
    if (times(counter.minutes, index + 1) < FEWEST_TIMES) continue;
    return { verdict: 'fail', gate, counter, minute: index + 1, logEvidence };
  }
  return undefined;
}

/** A gate without counters, or without a minute, has e-value 1 and is never non-inferior. */
export function isNonInferior(
  gate: JudgedGate,
  settled: number,
  rules: Pick<Rules, 'logNonInferiorityLimit'>,
): boolean {
  return gate.counters.length > 0 && proofOf(gate, settled) >= rules.logNonInferiorityLimit;
}

/** ln of the gate's non-inferiority e-value, the highest within `settled` minutes. */
export const proofOf = (gate: JudgedGate, settled: number): number => gate.logNonInferiority[settled - 1] ?? 0;

function furthestFromProof(gates: readonly JudgedGate[], settled: number): JudgedGate | undefined {
  const rank = (gate: JudgedGate) => (gate.counters.length === 0 ? -Infinity : proofOf(gate, settled));
  return gates.reduce<JudgedGate | undefined>(
    (least, gate) => (least === undefined || rank(gate) < rank(least) ? gate : least),
    undefined,
  );
}

/**
 * What a gate that is only observed would have done by itself. With its part of the bet it fails at the latest when its
 * own part of the evidence reaches the limit; the others could only have hastened it.
 */
export function wouldHave(
  gate: JudgedGate,
  combined: Combined,
  settled: number,
  rules: Rules,
): number | 'pass' | 'undecided' {
  const failed = gate.logEvidence.findIndex((_, index) => {
    const counter = leadingCounter(gate, index + 1);
    return (
      counter !== undefined &&
      combined.parted(gate, index) >= rules.logLimit &&
      times(counter.minutes, index + 1) >= FEWEST_TIMES
    );
  });
  if (failed >= 0) return failed + 1;
  return isNonInferior(gate, settled, rules) ? 'pass' : 'undecided';
}

/** The gates' evidence as one, and each gate's part in it. */
export interface Combined {
  /** ln of the combined e-value after each minute. */
  readonly logEvidence: readonly number[];
  /** The gate with the largest part of the evidence after a minute: the one to blame. */
  readonly blame: (index: number) => JudgedGate | undefined;
  /** ln of the gate's own part of the combined e-value after a minute. */
  readonly parted: (gate: JudgedGate, index: number) => number;
  /** The gate's part of the whole bet, 0 to 1; 0 for one that counts nothing. */
  readonly part: (gate: JudgedGate) => number;
}

/**
 * The average of the gates' e-values, an e-value however they depend on each other (Vovk and Wang 2021), so by Ville's
 * inequality P(it ever reaches 1/alpha | green inside every tolerance) <= alpha. The parts go to the gates that can
 * count something, which is known before the canary, so that a gate without data takes no share of the evidence.
 */
export function combine(gates: readonly JudgedGate[], length: number): Combined {
  const counting = gates.filter(({ counters }) => counters.length > 0);
  const whole = counting.reduce((sum, { of }) => sum + of.part, 0);
  const parted = (gate: JudgedGate, index: number) => Math.log(gate.of.part / whole) + (gate.logEvidence[index] ?? 0);
  return {
    logEvidence: Array.from({ length }, (_, index) =>
      counting.length === 0 ? 0 : logSumExp(counting.map((gate) => parted(gate, index))),
    ),
    parted,
    part: (gate) => (counting.includes(gate) ? gate.of.part / whole : 0),
    blame: (index) =>
      counting.reduce<JudgedGate | undefined>(
        (most, gate) => (most === undefined || parted(gate, index) > parted(most, index) ? gate : most),
        undefined,
      ),
  };
}

/**
 * The gate's counter with the most evidence after `length` minutes, weighed by its part; undefined without counters.
 */
export function leadingCounter(gate: JudgedGate, length: number): JudgedCounter | undefined {
  const weighed = (counter: JudgedCounter) => Math.log(counter.part) + (counter.logEvidence[length - 1] ?? 0);
  return gate.counters.reduce<JudgedCounter | undefined>(
    (most, counter) => (most === undefined || weighed(counter) > weighed(most) ? counter : most),
    undefined,
  );
}

/** The counter that is furthest from proof of no harm after `length` minutes; undefined if none can prove it. */
export function leastProven(gate: JudgedGate, length: number): JudgedCounter | undefined {
  const proof = (counter: JudgedCounter) => counter.logNonInferiority?.[length - 1] ?? 0;
  return gate.counters
    .filter(({ logNonInferiority }) => logNonInferiority !== undefined)
    .reduce<JudgedCounter | undefined>(
      (least, counter) => (least === undefined || proof(counter) < proof(least) ? counter : least),
      undefined,
    );
}

/** A counter's totals over its first `length` minutes. */
export function totals(
  minutes: readonly MinuteCounts[],
  length: number,
): { readonly blue: Count; readonly green: Count } {
  const counted = minutes.slice(0, length);
  const sum = (read: (minute: MinuteCounts) => number) => counted.reduce((total, minute) => total + read(minute), 0);
  return {
    blue: { events: sum((minute) => minute.blueEvents), requests: sum((minute) => minute.blueRequests) },
    green: { events: sum((minute) => minute.greenEvents), requests: sum((minute) => minute.greenRequests) },
  };
}

/** A green that fails a tenth of its requests more than blue is no model to give half of the users to. */
const FAILURE_POINTS = 0.1;

/**
 * ln(20) and ln(2) for the two alternatives, over the ln(1/0.9) that a request is worth which does not fail, where none
 * of blue's does.
 */
export const REQUESTS_THAT_SHOW_IT_WORKS = Math.ceil(Math.log(2 * 20) / -Math.log(1 - FAILURE_POINTS));

type BaselineSide = Evidence['baseline'][number]['blue'];
const failed = ({ errors, throttles }: BaselineSide): number => errors + throttles;
const asked = ({ invocations, throttles }: BaselineSide): number => invocations + throttles;

/**
 * Whether it is excluded that green fails altogether: the proof of no harm, with the margin of a disaster, on requests
 * that failed or were turned away. H0 is "green fails at least 10 points more than blue, in every minute"; excluded
 * when the e-value against it reaches 1/missRate, at whichever look: so P(excluded | H0) <= missRate, 5 % by default,
 * and of a green that fails every request it is nil. Where blue fails nothing, 36 good requests are enough. Gates that
 * are off are not asked: this decides a weight, not a promotion.
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
  const sum = (of: (green: BaselineSide) => number) => rows.reduce((total, { green }) => total + of(green), 0);
  return `a total failure is excluded: green failed ${shareOf(sum(failed), sum(asked), 'requests')}`;
}
