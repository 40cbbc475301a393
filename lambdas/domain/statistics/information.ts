import type { Margin } from './counts';
import { projectOntoMargin } from './projection';

/**
 * Nats of evidence that one green request is worth on average, when blue's rate is `blue` and green's is `green`: of the pair's
 * relative entropy to the nearest member of the null, per request of green,
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
 * The same of a proof of no harm: nats that one request of a green like blue is worth against "green is beyond the margin".
 * 0 where blue itself is.
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
