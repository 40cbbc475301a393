import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { mixOverStartMinutes } from '../../../../lambdas/domain/statistics/mixture';
import { type MinuteBins, orderedBinScores } from '../../../../lambdas/domain/statistics/ordered-bins';
import { greenShares } from '../../../../lambdas/domain/statistics/two-arm';
import { beyondEdge } from '../../../../lambdas/domain/trace/bins';
import type { Trace, TraceSide } from '../../../../lambdas/domain/trace/trace';
import type { Held } from './held';
import { tiltGuard } from './tilt-guard';

const { exp } = Math;

/** Added to blue's count of each bin before the canary. */
const SMOOTHING = 0.25;

/** In normal scores. */
const TILTS = [0.04, 0.08, 0.15, 0.3, 0.6, 1.2];

/** The tilts' ratios on bins in which blue has these shares and which have these scores. */
export const tiltShapes = (shares: readonly number[], scores: readonly number[]): number[][] =>
  TILTS.map((theta) => {
    const tilts = scores.map((score) => exp(theta * score));
    const mean = tilts.reduce((sum, tilt, bin) => sum + tilt * (shares[bin] ?? 0), 0);
    return tilts.map((tilt) => tilt / mean);
  });

/** ln of the e-value of "everything became slower" after each minute: a tilt by the normal score of blue's bins. */
export function tiltEvidence(trace: Trace, held: readonly Held[]): number[] {
  const [blues, greens] = [held.map(({ blue }) => blue), held.map(({ green }) => green)];
  const before = binned(
    trace.baseline.map(({ blue }) => blue),
    blues,
  );
  const requests = before.reduce((sum, count) => sum + count, 0);
  const shares = before.map((count) => (count + SMOOTHING) / (requests + SMOOTHING * before.length));
  let below = 0;
  const scores = shares.map((share) => {
    below += share;
    return normalQuantile(below - share / 2, 0, 1);
  });
  const sides = greenSharesOf(trace);
  const minutes = trace.rows.map(({ blue, green }, index): MinuteBins => ({
    blue: binned([blue], blues),
    green: binned([green], greens),
    greenShare: sides[index] ?? 0,
  }));
  const believed = tiltGuard(shares, scores, minutes);
  return mixOverStartMinutes(
    orderedBinScores(tiltShapes(shares, scores), minutes, (_, minute) => believed[minute] ?? 1),
    trace.horizonMinutes,
  );
}

const greenSharesOf = ({ rows }: Trace): readonly number[] =>
  greenShares(
    rows.map(({ weight, blue, green }) => ({
      weight,
      blueEvents: 0,
      blueRequests: blue.invocations,
      greenEvents: 0,
      greenRequests: green.invocations,
    })),
  );

/** Requests between places of edges, the first bin up to the first place, the last beyond the last. */
function binned(sides: readonly TraceSide[], places: readonly number[]): number[] {
  const beyond = [-1, ...places].map((place) => sides.reduce((sum, side) => sum + beyondEdge(side.latency, place), 0));
  return beyond.map((count, bin) => count - (beyond[bin + 1] ?? 0));
}
