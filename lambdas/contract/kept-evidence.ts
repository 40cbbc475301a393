import * as z from 'zod';
import { GATE_NAMES } from '../domain/judge/judgement';

/**
 * What the report reads of an evidence document. The document holds more: every count of every minute, for whoever wants
 * to judge it again. Numbers that JSON cannot hold (an infinite logarithm) are written as null.
 */
const count = z.object({ events: z.number(), requests: z.number() });
const logarithm = z.number().nullable();

const side = z.object({
  requests: z.number(),
  invocationErrors: z.number(),
  modelErrors: z.number(),
  nonFiniteOutputs: z.number(),
});

export const keptEvidenceSchema = z.object({
  evidence: z.object({
    minutes: z.array(z.object({ minute: z.string(), weight: z.number(), blue: side, green: side })),
  }),
  judgement: z.object({
    verdict: z.enum(['pass', 'fail', 'continue', 'inconclusive']),
    gate: z.string().optional(),
    reason: z.string(),
    logEvidence: z.array(logarithm),
    logLimit: z.number(),
    logNonInferiorityLimit: z.number(),
    plannedMinutes: z.number(),
    decidedAtMinute: z.number().optional(),
    gates: z.array(
      z.object({
        gate: z.string(),
        counts: z.string(),
        blue: count,
        green: count,
        logEvidence: z.array(logarithm),
        logNonInferiority: logarithm,
        summary: z.string(),
        reaction: z.object({ words: z.string() }).optional(),
      }),
    ),
    notJudged: z.array(z.object({ gate: z.enum(GATE_NAMES), why: z.string() })).optional(),
  }),
  /** Absent in documents of before they were kept. */
  proofs: z.array(z.object({ gate: z.string(), logNonInferiority: z.array(logarithm) })).default([]),
  differences: z
    .array(z.object({ gate: z.string(), lower: z.number(), upper: z.number(), confidence: z.number() }))
    .default([]),
  leftOut: z.array(z.object({ minute: z.string(), why: z.string() })).default([]),
  queries: z.array(z.unknown()).default([]),
});
export type KeptEvidence = z.output<typeof keptEvidenceSchema>;
