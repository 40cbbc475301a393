import { type Count, type Margin, type MinuteCounts, totalOf, predictedBlueRates } from './counts';
import type { Alternatives } from './mixture';
import { believableShares } from './guard';
import { ownNoise } from './own-noise';
import { projectOntoMargin } from './information';
import { withoutIncidents } from './usual';

// Taken out once: a look makes 50,000 of these calls, and under a test runner the global is looked up slowly.
const { log } = Math;

/** From this many requests a minute on, green's realised share is used; below it, the alias weight. */
const REALISED_FROM = 50;

export interface TwoArmTest {
  /** The null's boundary: green's rate = ratio * blue's rate + points. */
  readonly margin: Margin;
  readonly alternatives: Alternatives;
  /**
   * Blue's own counts, minute by minute, before the canary; one that stands for many minutes tells nothing of the
   * noise.
   */
  readonly history: readonly Count[];
  /**
   * Where what is counted differs from minute to minute: blue's rate of it, guessed before each. @default by the
   * history
   */
  readonly blueRates?: readonly number[];
  /** `realised`: always the counted share, for counts that are not routed themselves (answers). Default `routed`. */
  readonly share?: 'routed' | 'realised';
  /** The overdispersion guard; off only to check the arithmetic. @default true */
  readonly guarded?: boolean;
}

/**
 * Two-arm Bernoulli test with a margin: the log likelihood ratios of each minute, one per alternative.
 *
 * In minute t the null says only g_t <= ratio * b_t + points (or >=, if the alternatives lie below), with blue's true
 * rate b_t free, so shared incidents and trends cancel. With (x, y) the projection of an alternative (b1, g1) onto the
 * null,
 *
 *     S = X_g ln(g1/y) + (N_g - X_g) ln((1-g1)/(1-y)) + X_b ln(b1/x) + (N_b - X_b) ln((1-b1)/(1-x))
 *
 * has E[e^S] <= 1 under every member of the null: w_b E[ratio_b] + w_g E[ratio_g] <= 1 by the projection's optimality,
 * and the product over requests follows by the inequality of arithmetic and geometric means. Given the counts N with
 * the realised share, or request by request with the routing probability. In the second case a minute in which green
 * got nothing still counts: to drop it would be to choose by the outcome.
 */
export function twoArmScores(test: TwoArmTest, minutes: readonly MinuteCounts[]): number[][] {
  const rates = test.blueRates ?? predictedBlueRates(totalOf(withoutIncidents(test.history)), minutes);
  const shares = greenShares(minutes, test.share);
  const believable =
    test.guarded === false ? [] : believableShares(minutes, rates, shares, ownNoise(test.history, minutes));
  return minutes.map((minute, index) => {
    const b1 = rates[index] ?? 0.5;
    const boundary = test.margin.ratio * b1 + test.margin.points;
    const alternatives = test.alternatives(b1, boundary);
    if (minute.blueRequests + minute.greenRequests === 0) return alternatives.map(() => 0);
    const believed = believable[index] ?? 1;
    return alternatives.map((g1) => believed * score(minute, b1, g1, shares[index] ?? 0, test.margin, boundary));
  });
}

/** Green's share of the requests as the tests use it: the counted one, or in sparse routed minutes the alias weight. */
export const greenShares = (minutes: readonly MinuteCounts[], rule: 'routed' | 'realised' = 'routed'): number[] =>
  minutes.map((minute) => {
    const requests = minute.blueRequests + minute.greenRequests;
    if (rule === 'routed' && minute.routed !== false && requests < REALISED_FROM) return minute.weight;
    return requests === 0 ? 0 : minute.greenRequests / requests;
  });

function score(minute: MinuteCounts, b1: number, g1: number, share: number, margin: Margin, boundary: number): number {
  if (g1 === boundary || g1 <= 0 || g1 >= 1) return 0;
  const x = projectOntoMargin(b1, g1, share, margin);
  const y = margin.ratio * x + margin.points;
  return (
    times(minute.greenEvents, g1, y) +
    times(minute.greenRequests - minute.greenEvents, 1 - g1, 1 - y) +
    times(minute.blueEvents, b1, x) +
    times(minute.blueRequests - minute.blueEvents, 1 - b1, 1 - x)
  );
}

/** count * ln(assumed / nulls); most minutes have no event, and a logarithm is what takes the time. */
const times = (count: number, assumed: number, nulls: number): number =>
  count === 0 ? 0 : count * log(assumed / nulls);

/** Nats that it takes to decide: ln(1/0.01), and about 3 for the parts of gates and effect sizes. */
const NATS_TO_DECIDE = 8;
/**
 * An effect that shows within so many minutes needs no large stake: it is found in the first minutes with a small one.
 */
const SOON_MINUTES = 6;
/** How fast the stake falls with the traffic that is lacking for smaller effects. */
const FALL = 3;
/** Traffic may turn out a hundred times what it was; until then small effects keep this share of a whole stake. */
const LEAST = 0.005;
const FAR_OUT_OF_REACH = 100;

/** The traffic that a bake is expected to give green. */
export interface Reach {
  /** From blue's traffic before the canary and the first weight; 0 when unknown. */
  readonly greenRequests: number;
  /** Planned minutes. */
  readonly minutes: number;
}

/**
 * Puts the money where it can matter: on effects that this traffic can show within the bake, and that are not so large
 * that they show in the first minutes anyway. Any fixed division is valid; it must only be known before the canary's
 * events.
 *
 * With m the share of the bake that an effect needs, the stake is 1 for m from 6 minutes to the whole bake, falls as
 * m^-3 for effects too small to be found, though not below a two hundredth while m is at most 100, and falls with m for
 * the large ones, which the next smaller ones find as well; there, what is next to nothing is 0 and saves its
 * arithmetic.
 *
 * @param information nats per green request of each effect; 0 for one that cannot be told from the null
 * @returns shares that sum to 1; even ones when the traffic is unknown
 */
export function stakesByReach(information: readonly number[], reach: Reach): number[] {
  const even = information.map(() => 1 / information.length);
  if (!(reach.greenRequests > 0)) return even;
  const soon = Math.min(1, SOON_MINUTES / reach.minutes);
  const wanted = information.map((nats) => {
    const part = NATS_TO_DECIDE / (nats * reach.greenRequests);
    if (part > FAR_OUT_OF_REACH) return 0;
    if (part > 1) return Math.max(LEAST, part ** -FALL);
    return part >= soon ? 1 : part / soon < LEAST ? 0 : part / soon;
  });
  const whole = wanted.reduce((sum, stake) => sum + stake, 0);
  // Nothing can be found with so little traffic, or everything in a moment.
  return whole > 0 ? wanted.map((stake) => stake / whole) : even;
}
