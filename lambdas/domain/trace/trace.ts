import type * as z from 'zod';
import { evidenceSchema } from '../evidence';
import { contradictions } from './contradictions';
import { type Trace, writtenTrace } from './shape';

export type { BinnedTrace, Trace, TraceRow, TraceSide } from './shape';

/** A trace that can be true, complete. */
export const traceSchema: z.ZodType<Trace> = writtenTrace
  .transform((trace) => {
    const classes = (trace.baseline[0] ?? trace.rows[0])?.blue.classes.length ?? 0;
    return {
      ...trace,
      classNames: trace.classNames ?? Array.from({ length: classes }, (_, index) => `class ${index}`),
    };
  })
  .superRefine((trace, context) => {
    for (const { path, problem } of contradictions(trace))
      context.addIssue({ code: 'custom', path: [...path], message: problem });
  });

/** What a rollout judged, which can be true. */
export const soundEvidenceSchema = evidenceSchema.superRefine((evidence, context) => {
  for (const { path, problem } of contradictions({ ...evidence, source: 'rollout' }))
    context.addIssue({ code: 'custom', path: [...path], message: problem });
});
