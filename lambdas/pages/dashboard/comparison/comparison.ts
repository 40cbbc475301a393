import type { ChartRange, TrafficPeriod } from '../../../domain/minutes';

/** Two versions of an endpoint beside each other, over the dashboard's time. */
export interface Comparison {
  readonly endpoint: string;
  readonly range: ChartRange;
  /** Blue first; one alone where there is nothing to compare it with. */
  readonly sides: readonly ComparedSide[];
  /** Changes of green's weight within the range, in order. */
  readonly marks: readonly WeightMark[];
  /** Names of the counted classes or bins; empty where they are not counted. */
  readonly classNames: readonly string[];
  readonly timed: 'warm' | 'all';
}

export interface ComparedSide {
  readonly role: 'blue' | 'green';
  readonly version: string;
  /** Ascending; periods without requests are absent. */
  readonly periods: readonly TrafficPeriod[];
}

export interface WeightMark {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whole percent. */
  readonly weight: number;
}

/** "blue, version 3". */
export const sideName = ({ role, version }: ComparedSide): string => `${role} ${version}`;

export interface Sums {
  readonly requests: number;
  readonly failures: number;
  /** The periods' percentiles, weighted by their requests; null where nothing was timed. */
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
}

/** What a version did in all of its periods. */
export const sumsOf = (periods: readonly TrafficPeriod[]): Sums => ({
  requests: total(periods, ({ requests }) => requests),
  failures: total(periods, ({ failures }) => failures),
  p50: meanOf(periods, 'p50'),
  p90: meanOf(periods, 'p90'),
  p99: meanOf(periods, 'p99'),
});

/** The periods in which every side had requests, of each side: what one may compare. */
export function inBoth(sides: readonly ComparedSide[]): readonly (readonly TrafficPeriod[])[] {
  const common = sides
    .map(({ periods }) => new Set(periods.map(({ at }) => at)))
    .reduce((one, other) => new Set([...one].filter((at) => other.has(at))));
  return sides.map(({ periods }) => periods.filter(({ at }) => common.has(at)));
}

/** Each class's share of the answers. */
export function sharesOf(periods: readonly TrafficPeriod[], classes: number): readonly number[] {
  const counts = Array.from({ length: classes }, (_, index) => total(periods, (one) => one.classes[index] ?? 0));
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (all === 0 ? 0 : count / all));
}

const total = (periods: readonly TrafficPeriod[], of: (period: TrafficPeriod) => number): number =>
  periods.reduce((sum, period) => sum + of(period), 0);

function meanOf(periods: readonly TrafficPeriod[], percentile: 'p50' | 'p90' | 'p99'): number | null {
  const timed = periods.filter((one) => one[percentile] !== null);
  const requests = total(timed, (one) => one.requests);
  return requests === 0 ? null : total(timed, (one) => one.requests * (one[percentile] ?? 0)) / requests;
}
