import * as z from 'zod';
import { gateNameSchema } from '../gates/gates';
import { type DeepReadonly, eventCountSchema, evidenceSchema, leftOutMinuteSchema } from '../evidence';

/** A logarithm may be infinite, which JSON writes as null; charts do not draw it. */
const logarithm = z
  .number()
  .nullable()
  .transform((value) => value ?? 0);

/** What a gate that is only observed would have said: "observed: would have failed in minute 7". */
const observedSchema = z.object({ verdict: z.enum(['fail', 'pass', 'undecided']), words: z.string() });
export type Observed = DeepReadonly<z.output<typeof observedSchema>>;

/** One gate's part of a judgement. */
const gateJudgementSchema = z.object({
  gate: gateNameSchema,
  /**
   * What the numbers below count, in words: "failed requests", "requests slower than blue's p95 (12.4 ms)", "answers of
   * class 1".
   */
  counts: z.string(),
  blue: eventCountSchema,
  green: eventCountSchema,
  /** ln of the gate's e-value against "green is inside the tolerance", after each minute; the last is now. */
  logEvidence: z.array(logarithm),
  /**
   * ln of the gate's smallest e-value against "green is harmful", each at its highest so far; `pass` needs
   * ln(1/missRate).
   */
  logNonInferiority: logarithm,
  nonInferior: z.boolean(),
  /** Of a gate that does not decide: what it would have done. Absent of one that does. */
  observed: observedSchema.optional(),
  /** How soon a green that is just harmful would be stopped at the traffic so far; absent while nothing tells. */
  reaction: z.object({ minutes: z.number(), greenRequests: z.number(), words: z.string() }).optional(),
  /** One sentence: the numbers, the comparison, the limit. */
  summary: z.string(),
});
export type GateJudgement = DeepReadonly<z.output<typeof gateJudgementSchema>>;

/** A gate that is on and was not judged, as was decided before the canary, and why: what there was, what is needed. */
export const notJudgedSchema = z.object({
  gate: gateNameSchema,
  why: z.string(),
  /**
   * What it counts is not sent to this endpoint at all, so that pages say nothing of it. @default it is, and too little
   */
  unused: z.literal(true).optional(),
});
export type NotJudged = DeepReadonly<z.output<typeof notJudgedSchema>>;

const routingSchema = z.object({
  greenRequests: z.number(),
  /** By the weights. */
  expectedGreenRequests: z.number(),
  /** ln of the evidence that requests were not routed by the weights. */
  logEvidence: logarithm,
  logLimit: z.number(),
  suspicious: z.boolean(),
});
export type Routing = DeepReadonly<z.output<typeof routingSchema>>;

export const verdictSchema = z.enum(['pass', 'fail', 'continue', 'inconclusive']);
export type Verdict = z.output<typeof verdictSchema>;

/** The judge's full result: a verdict with its reasons in numbers. Plain data: kept with the evidence as it is. */
export const judgementSchema = z.object({
  verdict: verdictSchema,
  /** The gate to blame for `fail`, or the one that is furthest from proof for `inconclusive`; absent otherwise. */
  gate: gateNameSchema.optional(),
  /** One sentence that a person can read: number, comparison, limit. */
  reason: z.string(),
  /** ln of the combined e-value after each minute; `fail` as soon as one reaches `logLimit`. */
  logEvidence: z.array(logarithm),
  logLimit: z.number(),
  logNonInferiorityLimit: z.number(),
  settledMinutes: z.number(),
  plannedMinutes: z.number(),
  blueRequests: z.number(),
  greenRequests: z.number(),
  /** For `fail`: the settled minute that decided, 1 for the first. */
  decidedAtMinute: z.number().optional(),
  /** Settled minutes of the canary that were not judged, and why. */
  leftOut: z.array(leftOutMinuteSchema),
  /**
   * Whether requests were routed as the weights say; never a reason to stop. Absent where none was routed by a weight.
   */
  routing: routingSchema.optional(),
  /** By how much verification let each class's share grow; absent when it compared nothing. */
  expectedShift: evidenceSchema.shape.expectedShift,
  gates: z.array(gateJudgementSchema),
  /** Absent when there is none. */
  notJudged: z.array(notJudgedSchema).optional(),
});
export type Judgement = DeepReadonly<z.output<typeof judgementSchema>>;
