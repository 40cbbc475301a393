import type { CellRange } from '../../domain/cells';
import type { CountedMeasure } from '../../domain/evidence';

/** Whose durations are counted: `warm` is the model server's own metric, `all` is Lambda's. */
export type Timed = 'warm' | 'all';

/** What is counted of one version, minute by minute. */
export interface Side {
  /** Begins the ids of its queries: `b` for blue, `g` for green, `a` for the alias as a whole. */
  readonly prefix: 'b' | 'g' | 'a';
  readonly version: string;
  /** Durations (ms): requests beyond each are counted, in this order. */
  readonly limitsMs: readonly number[];
  readonly timed: Timed;
  /** What is counted of its answers. */
  readonly measures: readonly CountedMeasure[];
  /** Labels count that came so soon after their answer; undefined where none is counted. */
  readonly labelsWithinMinutes?: number | undefined;
  /** Metrics of gates that only observe are asked for too. @default false */
  readonly observed?: boolean;
}

/** Ids of a side's queries; they are read back by the same names. */
export const seriesId = {
  requests: (prefix: string) => `${prefix}Requests`,
  errors: (prefix: string) => `${prefix}Errors`,
  throttles: (prefix: string) => `${prefix}Throttles`,
  durations: (prefix: string) => `${prefix}Durations`,
  timed: (prefix: string) => `${prefix}Timed`,
  beyond: (prefix: string, index: number) => `${prefix}Beyond${index}`,
  inferences: (prefix: string) => `${prefix}Inferences`,
  modelErrors: (prefix: string) => `${prefix}ModelErrors`,
  nonFinite: (prefix: string) => `${prefix}NonFinite`,
  /** Values of a metric of the answers. */
  answers: (prefix: string, metric: string) => `${prefix}${metric}`,
  topCell: (prefix: string, metric: string) => `${prefix}${metric}Top`,
  quantile: (prefix: string, metric: string, percent: number) => `${prefix}${metric}Q${percent}`,
  /** Share of the values that are in these cells. */
  cells: (prefix: string, metric: string, range: CellRange) =>
    `${prefix}${metric}In${range.map((cell) => (cell < 0 ? `m${-cell}` : cell)).join('To')}`,
  labels: (prefix: string) => `${prefix}Labels`,
  wrongLabels: (prefix: string) => `${prefix}WrongLabels`,
  ownEvents: (prefix: string, gate: string) => `${prefix}${gate}Events`,
  ownRequests: (prefix: string, gate: string) => `${prefix}${gate}Of`,
};

/** Whose series are read: one version's behind the alias, or those of the alias as a whole. */
export type Source = 'version' | 'alias';
