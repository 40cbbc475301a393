import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { worseByAnyAmount, mixOverStartMinutes } from '../../lambdas/domain/statistics/mixture';
import type { Margin, MinuteCounts } from '../../lambdas/domain/statistics/counts';
import { logSumExp } from '../../lambdas/domain/statistics/summaries';
import { orderedBinScores, type MinuteBins } from '../../lambdas/domain/statistics/ordered-bins';
import { greenShares, twoArmScores, type TwoArmTest } from '../../lambdas/domain/statistics/two-arm';
import { beyondEdge, edgesOf, firstEdgeFrom } from '../../lambdas/domain/trace/bins';
import type { BinnedTrace, TraceRow, TraceSide } from '../../lambdas/domain/trace/trace';

/**
 * The judge that this one grew from, put together from the same parts: even stakes, half of them on the first minute, a
 * guard that learns nothing from blue's own minutes, an exponential tilt beside exceedances. An independent
 * implementation of it made the golden numbers in `vectors.json`.
 */

const { abs, exp, log, max, min } = Math;

const PARTS = { errors: 0.5, latency: 0.3, predictions: 0.2 };
const QUANTILES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];
const EXCEEDANCES = new Map([
  [0.5, 0.25],
  [0.7, 0.1],
  [0.9, 0.2],
  [0.95, 0.15],
  [0.99, 0.2],
  [0.999, 0.1],
]);
/** Added to blue's count of each bin before the canary. */
const SMOOTHING = 0.25;
const TILTS = [0.04, 0.08, 0.15, 0.3, 0.6, 1.2];

/** The tilts' ratios on bins in which blue has these shares and which have these scores. */
export const tiltShapes = (shares: readonly number[], scores: readonly number[]): number[][] =>
  TILTS.map((theta) => {
    const tilts = scores.map((score) => exp(theta * score));
    const mean = tilts.reduce((sum, tilt, bin) => sum + tilt * (shares[bin] ?? 0), 0);
    return tilts.map((tilt) => tilt / mean);
  });

/** How far the mean score may wander in a minute, as a variance on both sides together. */
const USUAL_WANDER = 0.004;
const BELIEF = 4;
const CAP = 100;

/**
 * The guard of the tilt: squared surprises of the difference of mean scores, each in units of its variance, where a
 * minute's surprise is what is left beyond the average difference of all minutes so far.
 */
export function tiltGuard(
  shares: readonly number[],
  scores: readonly number[],
  minutes: readonly MinuteBins[],
): number[] {
  const scoreOf = (counts: readonly number[]) =>
    counts.reduce((sum, count, bin) => sum + count * (scores[bin] ?? 0), 0) / total(counts);
  const variance = scores.reduce((sum, score, bin) => sum + (shares[bin] ?? 0) * score ** 2, 0);
  let [weights, differences] = [0, 0];
  let [surprise, counted] = [0, 0];
  return minutes.map(({ blue, green, greenShare }) => {
    const requests = total(green) + total(blue);
    const guess = 1 + requests * greenShare * (1 - greenShare) * USUAL_WANDER;
    const trust = counted > 0 ? 1 / (1 / counted + 1 / (2 * counted)) : 0;
    const phi = (BELIEF * guess + (counted > 0 ? (trust * surprise) / counted : 0)) / (BELIEF + trust);
    if (total(green) > 0 && total(blue) > 0) {
      const weight = (total(green) * total(blue)) / requests;
      const difference = scoreOf(green) - scoreOf(blue);
      weights += weight;
      differences += weight * difference;
      surprise += min((weight * (difference - differences / weights) ** 2) / variance, CAP);
      counted += 1;
    }
    return 1 / max(1, phi);
  });
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** ln of the reference judge's e-value after each minute of a trace. */
export function referenceLogEvidence(trace: BinnedTrace): number[] {
  const families = [
    { part: PARTS.errors, series: errors(trace) },
    { part: PARTS.latency, series: latency(trace) },
    { part: PARTS.predictions, series: predictions(trace) },
  ];
  return trace.rows.map((_, index) => logSumExp(families.map(({ part, series }) => log(part) + (series[index] ?? 0))));
}

type Read = (side: TraceSide) => number;

function evidenceOn(
  trace: BinnedTrace,
  margin: Margin,
  read: { blue: Read; green: Read; requests: Read },
  share: NonNullable<TwoArmTest['share']> = 'routed',
): number[] {
  const sum = (one: Read) => trace.baseline.reduce((all, { blue }) => all + one(blue), 0);
  const minutes = trace.rows.map(({ weight, blue, green }): MinuteCounts => ({
    blueEvents: read.blue(blue),
    blueRequests: read.requests(blue),
    greenEvents: read.green(green),
    greenRequests: read.requests(green),
    weight,
  }));
  const history = [{ events: sum(read.blue), requests: sum(read.requests) }];
  return mixOverStartMinutes(
    twoArmScores({ margin, alternatives: worseByAnyAmount, history, share }, minutes),
    trace.horizonMinutes,
  );
}

const both = (read: Read, requests: Read) => ({ blue: read, green: read, requests });

const errors = (trace: BinnedTrace): number[] =>
  evidenceOn(
    trace,
    { ratio: 1.1, points: 0.0005 },
    both(
      (side) => side.errors,
      (side) => side.invocations,
    ),
  );

function predictions(trace: BinnedTrace): number[] {
  const classes = trace.classNames.map((_, index) =>
    evidenceOn(
      trace,
      { ratio: 1, points: 0.01 },
      both(
        (side) => side.classes[index] ?? 0,
        (side) => total(side.classes),
      ),
      'realised',
    ),
  );
  return averaged(
    trace.rows,
    classes.map((series) => ({ part: 1, series })),
  );
}

/** Places of the edges that blue and green are held to. */
interface Held {
  readonly quantile: number;
  readonly blue: number;
  readonly green: number;
}

function latency(trace: BinnedTrace): number[] {
  const held = heldTo(trace);
  if (held.length === 0) return trace.rows.map(() => 0);
  const exceedances = held.flatMap(({ quantile, blue, green }) => {
    const part = EXCEEDANCES.get(quantile);
    if (part === undefined) return [];
    const read = {
      blue: ({ latency: counts }: TraceSide) => beyondEdge(counts, blue),
      green: ({ latency: counts }: TraceSide) => beyondEdge(counts, green),
      requests: (side: TraceSide) => side.invocations,
    };
    return [{ part, series: evidenceOn(trace, { ratio: 1, points: 0 }, read) }];
  });
  return averaged(trace.rows, [
    { part: 0.5, series: tilt(trace, held) },
    { part: 0.5, series: averaged(trace.rows, exceedances) },
  ]);
}

function averaged(
  rows: readonly TraceRow[],
  parts: readonly { readonly part: number; readonly series: readonly number[] }[],
): number[] {
  const whole = parts.reduce((sum, { part }) => sum + part, 0);
  return rows.map((_, index) => logSumExp(parts.map(({ part, series }) => log(part / whole) + (series[index] ?? 0))));
}

function heldTo({ baseline, latencyBins }: BinnedTrace): Held[] {
  const edges = edgesOf(latencyBins);
  const beyond = (place: number) => baseline.reduce((sum, { blue }) => sum + beyondEdge(blue.latency, place), 0);
  const requests = beyond(-1);
  const held = QUANTILES.filter((quantile) => requests * (1 - quantile) >= 2 - 1e-9).flatMap((quantile) => {
    const blue = nearest(
      edges.map((_, place) => requests - beyond(place)),
      quantile * requests,
    );
    const green = firstEdgeFrom(edges, 1.05 * (edges[blue] ?? Infinity));
    return green < 0 ? [] : [{ quantile, blue, green }];
  });
  return held.filter(({ blue }, index) => index === 0 || blue !== held[index - 1]?.blue);
}

/** The place of the value that is nearest. */
const nearest = (values: readonly number[], to: number): number =>
  values.reduce((best, value, place) => (abs(value - to) < abs((values[best] ?? Infinity) - to) ? place : best), 0);

function tilt(trace: BinnedTrace, held: readonly Held[]): number[] {
  const shares = binned(
    trace.baseline.map(({ blue }) => blue),
    held.map(({ blue }) => blue),
  );
  const requests = total(shares);
  const p = shares.map((count) => (count + SMOOTHING) / (requests + SMOOTHING * shares.length));
  let below = 0;
  const scores = p.map((share) => {
    below += share;
    return normalQuantile(below - share / 2, 0, 1);
  });
  const sides = greenShares(
    trace.rows.map(({ weight, blue, green }) => ({
      weight,
      blueEvents: 0,
      blueRequests: blue.invocations,
      greenEvents: 0,
      greenRequests: green.invocations,
    })),
  );
  const minutes = trace.rows.map(({ blue, green }, index): MinuteBins => ({
    blue: binned(
      [blue],
      held.map((one) => one.blue),
    ),
    green: binned(
      [green],
      held.map((one) => one.green),
    ),
    greenShare: sides[index] ?? 0,
  }));
  const believed = tiltGuard(p, scores, minutes);
  return mixOverStartMinutes(
    orderedBinScores(tiltShapes(p, scores), minutes, (_, minute) => believed[minute] ?? 1),
    trace.horizonMinutes,
  );
}

/** Requests between places of edges, the first bin up to the first place, the last beyond the last. */
function binned(sides: readonly TraceSide[], places: readonly number[]): number[] {
  const beyond = [-1, ...places].map((place) => sides.reduce((sum, side) => sum + beyondEdge(side.latency, place), 0));
  return beyond.map((count, bin) => abs(count - (beyond[bin + 1] ?? 0)));
}
