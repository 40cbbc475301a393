import * as z from 'zod';
import { binCount } from '../domain/trace/bins';
import type { Trace } from '../domain/trace/trace';
import { judgeSettingsSchema } from './judge-settings';
import { problems } from './problems';
import { findTraceProblems } from './trace/find-problems';

/** 19 years of minutes: a date in ms stays exact. */
const MOST_MINUTES = 10_000_000;
/** Quoted of a file's problems; a wrong series has one per row. */
const MOST_PROBLEMS = 10;

const count = z.int().min(0);
const minute = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/, 'must be a time in ISO 8601, UTC');

const latencyBins = z.union(
  [
    z.object({
      unit: z.literal('ms').default('ms'),
      edge0: z.number().gt(0),
      ratio: z.number().gt(1).max(100),
      count: z.int().min(1).max(10_000),
    }),
    z.object({ unit: z.literal('ms').default('ms'), edges: z.array(z.number().gt(0)).max(10_000) }),
  ],
  {
    error: () =>
      'must be { "unit": "ms", "edge0": above 0, "ratio": above 1, "count": 1 to 10000 } or { "unit": "ms", "edges": [ascending, above 0] }',
  },
);

/** Strict: a misspelt count would silently be 0. */
const side = z.strictObject({
  invocations: count,
  errors: count,
  modelErrors: count.default(0),
  nonFiniteOutputs: count.default(0),
  throttles: count.default(0),
  latency: z.array(z.tuple([count, count])),
  durations: count.optional(),
  slow: z.array(count).optional(),
  verySlow: z.array(count).optional(),
  classes: z.array(count).default([]),
  custom: z.array(z.strictObject({ events: count, requests: count })).default([]),
  labelled: z.strictObject({ events: count, requests: count }).optional(),
});

const threshold = z.strictObject({
  quantile: z.number().gt(0).lt(1),
  blueMs: z.number().gt(0),
  greenToleratedMs: z.number().gt(0),
  greenHarmfulMs: z.number().gt(0),
});

const expectedShift = z.strictObject({
  source: z.enum(['captured requests', 'golden set']),
  answers: count,
  classes: z.array(z.strictObject({ shift: z.number().min(-1).max(1), standardError: z.number().min(0) })),
});

/** Other keys (notes, seeds, parameters) are allowed beside these, and not read. */
const written = z.object({
  id: z.string().min(1).max(500),
  kind: z.string().optional(),
  label: z.string().optional(),
  family: z.string().optional(),
  expected: z.string().optional(),
  source: z.literal('rollout').optional(),
  horizonMinutes: z.int().min(1).max(MOST_MINUTES),
  latencyBins,
  classNames: z.array(z.string()).optional(),
  thresholds: z.array(threshold).optional(),
  baselineDurations: count.optional(),
  settings: judgeSettingsSchema.optional(),
  oneAfterTheOther: z.boolean().optional(),
  warmOnly: z.boolean().optional(),
  expectedShift: expectedShift.optional(),
  labels: z.strictObject({ blue: count, green: count }).optional(),
  held: z.array(z.strictObject({ minute, why: z.string() })).optional(),
  leftOut: z.array(z.strictObject({ minute, why: z.string() })).optional(),
  baseline: z.array(z.object({ t: z.int().min(-MOST_MINUTES).max(-1), minute: minute.optional(), blue: side })),
  rows: z.array(
    z.object({
      t: z.int().min(1).max(MOST_MINUTES),
      minute: minute.optional(),
      weight: z.number().min(0).max(1),
      blue: side,
      green: side,
    }),
  ),
});

/** A trace that can be true, complete: see docs/replay.md for the format. */
export const traceSchema: z.ZodType<Trace> = written
  .transform((trace) => {
    const classes = (trace.baseline[0] ?? trace.rows[0])?.blue.classes.length ?? 0;
    return {
      ...trace,
      classNames: trace.classNames ?? Array.from({ length: classes }, (_, index) => `class ${index}`),
    };
  })
  .superRefine((trace, context) => {
    for (const { path, problem } of findTraceProblems(trace, binCount(trace.latencyBins)))
      context.addIssue({ code: 'custom', path: [...path], message: problem });
  });

/** A file is no trace, or holds numbers that cannot be true. The message names file, field, value and limit. */
export class TraceInvalid extends Error {
  override readonly name = 'TraceInvalid';
}

/**
 * @param value what JSON.parse made of the file
 * @param file begins the message
 * @throws TraceInvalid
 */
export function parseTrace(value: unknown, file: string): Trace {
  const parsed = traceSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const all = problems(parsed.error, '', value);
  const more = all.length > MOST_PROBLEMS ? [`and ${all.length - MOST_PROBLEMS} more`] : [];
  throw new TraceInvalid([...all.slice(0, MOST_PROBLEMS), ...more].map((line) => `${file}: ${line}`).join('\n'));
}
