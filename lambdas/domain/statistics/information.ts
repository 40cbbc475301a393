import type { Margin } from './counts';

// Taken out once: a look makes 50,000 of these calls, and under a test runner the global is looked up slowly.
const { abs, max, min } = Math;

/** Half-open bracket of a rate; a rate of exactly 0 or 1 would make a single surprise infinitely surprising. */
const SMALLEST_RATE = 1e-15;
const MAX_STEPS = 60;

/**
 * The member of the null that is hardest to tell from the alternative (reverse information projection).
 *
 * The null's boundary is the line `green = ratio * blue + points`. Of its points (x, y) this returns the x that
 * minimises
 *
 *     w_b KL(b1 || x) + w_g KL(g1 || y),      y = ratio * x + points,
 *
 * the root of w_b (x - b1) / (x (1 - x)) + ratio w_g (y - g1) / (y (1 - y)), which rises with x, so there is one root.
 * Because x is the exact optimum over a half-plane (a convex set), the likelihood ratio of (b1, g1) to (x, y) has an
 * expectation of at most 1 under every member of the null (Turner, Ly and Grünwald 2024, arXiv 2106.02693). It serves
 * both directions: g1 above the line (null: green is tolerable) and below it (null: green is harmful).
 *
 * @param b1 blue's assumed rate, strictly between 0 and 1
 * @param g1 green's rate under the alternative, strictly between 0 and 1
 * @param greenShare w_g, green's share of the minute's requests, 0 to 1
 */
export function projectOntoMargin(b1: number, g1: number, greenShare: number, margin: Margin): number {
  const { ratio, points } = margin;
  const blueShare = 1 - greenShare;
  if (ratio === 1 && points === 0) return blueShare * b1 + greenShare * g1;

  const onLine = (g1 - points) / ratio;
  let low = max(SMALLEST_RATE, min(b1, onLine));
  let high = min((1 - SMALLEST_RATE - points) / ratio, max(b1, onLine));
  let x = blueShare * b1 + greenShare * onLine;
  for (let step = 0; step < MAX_STEPS; step++) {
    if (!(x > low && x < high)) x = (low + high) / 2;
    const y = ratio * x + points;
    const blueSpread = x * (1 - x);
    const greenSpread = y * (1 - y);
    // The slope's numerator, with both denominators multiplied out: no poles, so Newton's steps stay sane near 0 and 1.
    const value = blueShare * (x - b1) * greenSpread + ratio * greenShare * (y - g1) * blueSpread;
    if (value > 0) high = x;
    else low = x;
    const slope =
      blueShare * (greenSpread + (x - b1) * ratio * (1 - 2 * y)) +
      ratio * greenShare * (ratio * blueSpread + (y - g1) * (1 - 2 * x));
    const next = x - value / slope;
    // Newton's step squares the error: after one of 1e-8 there is none left.
    if (abs(next - x) <= 1e-8 * x) return min(max(next, low), high);
    x = next;
  }
  return x > low && x < high ? x : (low + high) / 2;
}

/**
 * Nats of evidence that one green request is worth on average, when blue's rate is `blue` and green's is `green`: of
 * the pair's relative entropy to the nearest member of the null, per request of green,
 *
 *     D = [ w_b KL(blue || x) + w_g KL(green || y) ] / w_g.
 *
 * No test that keeps its error rate needs fewer than ln(1/alpha) / D green requests on average (Wald 1945).
 * 0 when green is inside the margin.
 *
 * @param greenShare w_g, above 0 and below 1
 */
export function informationPerGreenRequest(blue: number, green: number, greenShare: number, margin: Margin): number {
  const b = Math.min(Math.max(blue, SMALLEST), 1 - SMALLEST);
  const g = Math.min(Math.max(green, SMALLEST), 1 - SMALLEST);
  return g <= margin.ratio * b + margin.points ? 0 : toMargin(b, g, greenShare, margin);
}

/**
 * The same of a proof of no harm: nats that one request of a green like blue is worth against "green is beyond the
 * margin". 0 where blue itself is.
 */
export function informationOfProof(rate: number, greenShare: number, harm: Margin): number {
  const b = Math.min(Math.max(rate, SMALLEST), 1 - SMALLEST);
  return b >= harm.ratio * b + harm.points ? 0 : toMargin(b, b, greenShare, harm);
}

function toMargin(b: number, g: number, greenShare: number, margin: Margin): number {
  const x = projectOntoMargin(b, g, greenShare, margin);
  const y = margin.ratio * x + margin.points;
  return ((1 - greenShare) * relativeEntropy(b, x) + greenShare * relativeEntropy(g, y)) / greenShare;
}

const SMALLEST = 1e-12;

/** KL(a || b) of two yes-or-no distributions, nats. */
const relativeEntropy = (a: number, b: number): number => a * Math.log(a / b) + (1 - a) * Math.log((1 - a) / (1 - b));
