import { type BenchReport, type LimitedCell, limitedCells } from './report';

/** How far one judge is from the limit over all bad greens; factors, of green requests until the stop. */
export interface Distance {
  readonly median: number;
  readonly worst: number;
  /** The slow tail at the weight at which it is worst. */
  readonly slowTail: number;
  /** Part of all canaries that it stopped. */
  readonly found: number;
}

/** Undefined for a judge that took no part. A bad green that it never found is infinitely far. */
export function distanceOf(report: BenchReport, judge: string): Distance | undefined {
  const cells = limitedCells(report, 'distance').filter((cell) => cell.judges[judge]);
  if (cells.length === 0) return undefined;
  const tails = cells.filter(({ setting }) => setting.regression.type === 'tail');
  const sum = (of: 'runs' | 'stopped') => cells.reduce((total, cell) => total + (cell.judges[judge]?.[of] ?? 0), 0);
  const ratios = (some: readonly LimitedCell[]) => some.map((cell) => ratioOf(cell, judge) ?? Infinity);
  return {
    median: median(ratios(cells)),
    worst: Math.max(...ratios(cells)),
    slowTail: Math.max(...ratios(tails)),
    found: sum('stopped') / sum('runs'),
  };
}

/** Green requests until the stop, mean of the canaries stopped, over what the best two-sample test needs. */
export function ratioOf({ bad, judges }: LimitedCell, judge: string): number | undefined {
  const requests = judges[judge]?.greenRequests;
  return requests === undefined ? undefined : requests / bad.bounds.twoSample;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? NaN) + (high ?? NaN)) / 2;
}
