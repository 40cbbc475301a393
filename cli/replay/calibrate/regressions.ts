import { binCount } from '../../../lambdas/domain/trace/bins';
import type { BinnedTrace, Trace, TraceSide } from '../../../lambdas/domain/trace/trace';
import { percent } from '../../../lambdas/domain/numbers';
import type { Random } from '../../../lambdas/domain/plan/coins';

/** A way to be worse, in steps from small to large. */
export interface CalibratedRegression {
  readonly kind: 'errors' | 'latency' | 'predictions';
  readonly sizes: readonly Size[];
}

export interface Size {
  /** A part of requests, or a factor: what `inWords` says. */
  readonly size: number;
  readonly inWords: string;
  readonly worsen: (green: TraceSide, random: Random) => TraceSide;
}

const POINTS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
/** Slower than this is a timeout, and found as an error. */
const SLOWEST = 10;

/** The regressions that a trace's counts can show. */
export function regressionsOf(trace: BinnedTrace, classes: readonly number[]): readonly CalibratedRegression[] {
  return [
    { kind: 'errors', sizes: POINTS.map(moreErrors) },
    { kind: 'latency', sizes: slowdowns(trace) },
    ...(classes.length < 2 ? [] : [{ kind: 'predictions' as const, sizes: shifts(trace, classes) }]),
  ];
}

const moreErrors = (points: number): Size => ({
  size: points,
  inWords: `${percent(points)} of requests fail that would not`,
  worsen: (green, random) => {
    const failed = random.binomial(green.invocations - green.errors, points);
    const classes = green.classes.map((count) => count - random.binomial(count, points));
    return { ...green, errors: green.errors + failed, classes };
  },
});

function slowdowns({ latencyBins }: BinnedTrace): Size[] {
  const last = binCount(latencyBins) - 1;
  // Edges of a rollout's record are far apart: a whole bin is no small step, a slow tail is.
  if ('edges' in latencyBins) return POINTS.map((share) => slowTail(share, last));
  const { ratio } = latencyBins;
  const most = Math.max(1, Math.floor(Math.log(SLOWEST) / Math.log(ratio)));
  return Array.from({ length: most }, (_, index) => {
    const bins = index + 1;
    const size = ratio ** bins;
    return {
      size,
      inWords: `${percent(size - 1)} slower`,
      worsen: (green) => ({
        ...green,
        latency: merged(green.latency.map(([bin, count]) => [Math.min(last, bin + bins), count])),
      }),
    };
  });
}

const slowTail = (share: number, last: number): Size => ({
  size: share,
  inWords: `${percent(share)} of requests beyond every threshold`,
  worsen: (green, random) => {
    const moved = green.latency.map(([bin, count]) => [bin, count, random.binomial(count, share)] as const);
    const tail = moved.reduce((sum, [, , count]) => sum + count, 0);
    return {
      ...green,
      latency: merged([...moved.map(([bin, count, gone]): [number, number] => [bin, count - gone]), [last, tail]]),
    };
  },
});

function merged(pairs: readonly (readonly [bin: number, count: number])[]): TraceSide['latency'] {
  const counts = new Map<number, number>();
  for (const [bin, count] of pairs) if (count > 0) counts.set(bin, (counts.get(bin) ?? 0) + count);
  return [...counts];
}

/** Answers go from blue's most frequent class to its rarest. */
function shifts({ classNames }: Trace, classes: readonly number[]): Size[] {
  const all = classes.reduce((sum, count) => sum + count, 0);
  const from = classes.indexOf(Math.max(...classes));
  const to = classes.indexOf(Math.min(...classes.filter((_, index) => index !== from)), from === 0 ? 1 : 0);
  const share = (classes[from] ?? 0) / all;
  return POINTS.filter((points) => points < share).map((points) => ({
    size: points,
    inWords: `${percent(points)} of answers ${classNames[to]} instead of ${classNames[from]}`,
    worsen: (green, random) => {
      const moved = random.binomial(green.classes[from] ?? 0, points / share);
      const change = (index: number) => (index === to ? moved : index === from ? -moved : 0);
      return { ...green, classes: green.classes.map((count, index) => count + change(index)) };
    },
  }));
}
