import { type Count, type MinuteCounts, totalOf, predictedBlueRates } from '../statistics/counts';
import { informationPerGreenRequest } from '../statistics/information';
import { mixOverAlternatives, mixOverStartMinutes, worseBy, worseByAnyAmount } from '../statistics/mixture';
import { type Reach, stakesByReach, twoArmScores, type TwoArmTest } from '../statistics/two-arm';
import { withoutIncidents } from '../statistics/usual';
import type { Evidence, EvidenceMinute } from '../evidence';
import { count } from '../numbers';
import type { Margin } from './margins';

/**
 * Most of the money is on "from the first minute on": a bad model is bad at once. A regression that begins later costs
 * ln(6.7 (horizon - 1)) of evidence.
 */
export const FROM_THE_START = 0.85;

/** What a counter counts, for the sentences about it. */
export interface CounterWords {
  /** "requests slower than blue's p95 (12.4 ms)". */
  readonly counts: string;
  /** What has to be proven of it: "that its p95 is not harmfully slower". */
  readonly harmless: string;
  /** Green's and blue's counts side by side, over the minutes that they are of. */
  readonly comparison: (blue: Count, green: Count, minutes: readonly EvidenceMinute[]) => string;
}

/** The non-inferiority test of a counter; its counts may be others (a later latency bound). */
export interface HarmTest {
  readonly minutes: readonly MinuteCounts[];
  readonly test: TwoArmTest;
}

/** One yes-or-no count of a gate, and what it is held to. */
export interface Counter {
  readonly words: CounterWords;
  /** Its part of the gate's bet against the tolerance; the parts of a gate's counters sum to 1. */
  readonly part: number;
  readonly minutes: readonly MinuteCounts[];
  /** Blue's own counts, minute by minute, before the canary. */
  readonly history: readonly Count[];
  /** See `TwoArmTest`. @default by the history */
  readonly blueRates?: readonly number[];
  /** What is tolerated: green <= ratio * blue + points. */
  readonly margin: Margin;
  readonly share?: TwoArmTest['share'];
  /**
   * Where the counter has one. It always uses the realised share: minutes without green then prove nothing, where the
   * alias weight would let blue's own steadiness speak for a green that was never seen.
   */
  readonly harm?: HarmTest;
  /** Green's rate when it is just harmful. @default by the harm test's margin */
  readonly harmfulRate?: (blueRate: number) => number;
  readonly notAsked?: NotAsked;
  /** Of requests slower than a threshold: which of them, by its place among the evidence's. */
  readonly threshold?: number;
}

/** Harm that is not excluded, as no good green could prove it with this traffic. */
export interface NotAsked {
  /** "loss of class 7 to 0.17 %". */
  readonly what: string;
  /** Blue's usual share of what it is about. */
  readonly share: number;
}

/** So many harms are named one by one, those of the rarest first. */
const MOST_NAMED = 3;

/** "not to be excluded at this traffic: loss of class 7 to 0.17 %, 12 more"; none of none. */
export function notExcludedInWords(harms: readonly NotAsked[]): readonly string[] {
  if (harms.length === 0) return [];
  const named = harms.toSorted((a, b) => a.share - b.share).map(({ what }) => what);
  const more = harms.length > MOST_NAMED ? [`${count(harms.length - MOST_NAMED)} more`] : [];
  return [`not to be excluded at this traffic: ${[...named.slice(0, MOST_NAMED), ...more].join(', ')}`];
}

/** A counter with ln of its e-values after each minute. */
export interface JudgedCounter extends Omit<Counter, 'harm'> {
  /** Against "green is inside the tolerance". */
  readonly logEvidence: readonly number[];
  readonly harm?: HarmTest;
  /** Against "green is harmful", the highest so far; absent without a harm test. */
  readonly logNonInferiority?: readonly number[];
}

/** Puts a counter to its tests. */
export function judgeCounter(
  counter: Counter,
  reach: Reach,
  { horizonMinutes: horizon, rows: all, held = [] }: Pick<Evidence, 'held' | 'rows' | 'horizonMinutes'>,
): JudgedCounter {
  const { minutes, history, blueRates, margin, share } = counter;
  const isHeld = new Set(held.map(({ minute }) => minute));
  // A held minute is as good as one without requests: it proves nothing, and those around it are judged as they were.
  const harm = counter.harm && {
    ...counter.harm,
    minutes: counter.harm.minutes.map((one, index) =>
      isHeld.has(all[index]?.minute ?? '') ? { ...one, ...NO_REQUESTS } : one,
    ),
  };
  const stakes = stakesOn(counter, reach);
  const places = stakes.flatMap((stake, place) => (stake > 0 ? [place] : []));
  const test: TwoArmTest = {
    margin,
    history,
    ...(blueRates && { blueRates }),
    ...(share && { share }),
    alternatives: worseBy(places),
  };
  return {
    ...counter,
    logEvidence: mixOverStartMinutes(twoArmScores(test, minutes), horizon, {
      first: FROM_THE_START,
      stakes: places.map((place) => stakes[place] ?? 0),
    }),
    ...(harm && { harm, logNonInferiority: proofOfNoHarm(harm) }),
  };
}

const NO_REQUESTS = { blueEvents: 0, blueRequests: 0, greenEvents: 0, greenRequests: 0 };

/** ln of the e-value against "green is harmful", after each minute the highest so far. */
export function proofOfNoHarm({ test, minutes }: HarmTest): number[] {
  // Proof once given stays given: Ville's inequality bounds the highest value ever reached, not only the present one.
  let highest = 0;
  return mixOverAlternatives(twoArmScores(test, minutes)).map((value) => (highest = Math.max(highest, value)));
}

function stakesOn({ minutes, history, blueRates, margin }: Counter, reach: Reach): readonly number[] {
  const [rate = 0.5] = blueRates ?? predictedBlueRates(totalOf(withoutIncidents(history)), minutes.slice(0, 1));
  const weight = minutes[0]?.weight ?? 0.5;
  const effects = worseByAnyAmount(rate, margin.ratio * rate + margin.points);
  return stakesByReach(
    effects.map((effect) => informationPerGreenRequest(rate, effect, weight, margin)),
    reach,
  );
}
