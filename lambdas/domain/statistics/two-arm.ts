import { type Count, type Margin, type MinuteCounts, totalOf } from './counts';
import type { Alternatives } from './alternatives';
import { predictedBlueRates } from './blue-rate';
import { believableShares } from './guard';
import { ownNoise } from './own-noise';
import { projectOntoMargin } from './projection';
import { withoutIncidents } from './usual';

// Taken out once: a look makes 50,000 of these calls, and under a test runner the global is looked up slowly.
const { log } = Math;

/** From this many requests a minute on, green's realised share is used; below it, the alias weight. */
const REALISED_FROM = 50;

export interface TwoArmTest {
  /** The null's boundary: green's rate = ratio * blue's rate + points. */
  readonly margin: Margin;
  readonly alternatives: Alternatives;
  /** Blue's own counts, minute by minute, before the canary; one that stands for many minutes tells nothing of the noise. */
  readonly history: readonly Count[];
  /** Where what is counted differs from minute to minute: blue's rate of it, guessed before each. @default by the history */
  readonly blueRates?: readonly number[];
  /** `realised`: always the counted share, for counts that are not routed themselves (answers). Default `routed`. */
  readonly share?: 'routed' | 'realised';
  /** The overdispersion guard; off only to check the arithmetic. @default true */
  readonly guarded?: boolean;
}

/**
 * Two-arm Bernoulli test with a margin: the log likelihood ratios of each minute, one per alternative.
 *
 * In minute t the null says only g_t <= ratio * b_t + points (or >=, if the alternatives lie below), with blue's true rate
 * b_t free, so shared incidents and trends cancel. With (x, y) the projection of an alternative (b1, g1) onto the null,
 *
 *     S = X_g ln(g1/y) + (N_g - X_g) ln((1-g1)/(1-y)) + X_b ln(b1/x) + (N_b - X_b) ln((1-b1)/(1-x))
 *
 * has E[e^S] <= 1 under every member of the null: w_b E[ratio_b] + w_g E[ratio_g] <= 1 by the projection's optimality, and
 * the product over requests follows by the inequality of arithmetic and geometric means. Given the counts N with the
 * realised share, or request by request with the routing probability. In the second case a minute in which green got
 * nothing still counts: to drop it would be to choose by the outcome.
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
