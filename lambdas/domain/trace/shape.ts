import * as z from 'zod';
import {
  baselineSchema,
  canaryFacts,
  type DeepReadonly,
  judgedSideSchema,
  minuteSchema,
  MOST_MINUTES,
} from '../evidence';
import { judgeSettingsSchema } from '../gates/gates';

/**
 * Evidence as a file: what `greenlight replay` reads and what a rollout keeps of itself. docs/guides/replay.md
 * describes it for people. Beside what the judge is given it may name itself and the settings that were in force; and
 * where durations were recorded in bins, these stand for the counts beyond thresholds, which are then read off them
 * (`evidenceOfTrace`).
 */

const latencyBins = z.union(
  [
    /** Bin i holds (edge0 * ratio^(i-1), edge0 * ratio^i], bin 0 what is at most edge0, the last bin the rest. */
    z.object({
      unit: z.literal('ms').default('ms'),
      edge0: z.number().gt(0),
      ratio: z.number().gt(1).max(100),
      count: z.int().min(1).max(10_000),
    }),
    /**
     * Bin i holds (edges[i-1], edges[i]], bin 0 what is at most edges[0], one bin more than there are edges the rest.
     */
    z.object({ unit: z.literal('ms').default('ms'), edges: z.array(z.number().gt(0)).max(10_000) }),
  ],
  {
    error: () =>
      'must be { "unit": "ms", "edge0": above 0, "ratio": above 1, "count": 1 to 10000 } or { "unit": "ms", ' +
      '"edges": [ascending, above 0] }',
  },
);
export type LatencyBins = DeepReadonly<z.output<typeof latencyBins>>;

const count = z.int().min(0);

/** A side that may give its durations in bins instead. */
const side = judgedSideSchema.partial({ durations: true, slow: true, verySlow: true }).extend({
  /** Pairs of bin and count; a bin that is not named is empty. */
  latency: z.array(z.tuple([count, count])).default([]),
});
export type TraceSide = DeepReadonly<z.output<typeof side>>;

const baselineRow = z.object({
  /** Minutes before the canary. */
  t: z.int().min(-MOST_MINUTES).max(-1),
  minute: minuteSchema.optional(),
  blue: side,
});
export type TraceBaselineRow = DeepReadonly<z.output<typeof baselineRow>>;

const row = z.object({
  /** Minutes since the canary began. */
  t: z.int().min(1).max(MOST_MINUTES),
  minute: minuteSchema.optional(),
  /** At 0 and at 1 there is nothing to compare. */
  weight: z.number().min(0).max(1),
  blue: side,
  green: side,
});
export type TraceRow = DeepReadonly<z.output<typeof row>>;

/** Other keys (notes, seeds, a rollout's judgement) are allowed beside these, and not read. */
export const writtenTrace = z.object({
  id: z.string().min(1).max(500),
  kind: z.string().optional(),
  label: z.string().optional(),
  /** What is wrong with green; `drift` is the gate `predictions`. */
  family: z.string().optional(),
  expected: z.string().optional(),
  /** A rollout's own record: CloudWatch counts several answers per request, and durations of warm requests only. */
  source: z.literal('rollout').optional(),
  ...canaryFacts,
  latencyBins: latencyBins.optional(),
  classNames: baselineSchema.shape.classNames.optional(),
  measures: baselineSchema.shape.measures,
  uncounted: baselineSchema.shape.uncounted,
  /** What was fixed before the canary; absent: blue's quantiles in the baseline rows. */
  thresholds: baselineSchema.shape.thresholds.optional(),
  /** The sample size of the thresholds' quantiles; absent: all durations of the baseline rows. */
  baselineDurations: count.optional(),
  labels: baselineSchema.shape.labels,
  settings: judgeSettingsSchema.optional(),
  baseline: z.array(baselineRow),
  rows: z.array(row),
});

export type Trace = DeepReadonly<
  Omit<z.output<typeof writtenTrace>, 'classNames'> & { classNames: z.output<typeof baselineSchema>['classNames'] }
>;
/** One with its durations in bins. */
export type BinnedTrace = Trace & { readonly latencyBins: LatencyBins };
