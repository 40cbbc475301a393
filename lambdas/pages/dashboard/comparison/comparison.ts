import type { ChartRange } from '../../../domain/chart-period';
import type { TrafficPeriod } from '../../../domain/traffic-period';

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
