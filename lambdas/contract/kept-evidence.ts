import * as z from 'zod';
import { leftOutMinuteSchema, evidenceSchema, type Evidence } from '../domain/evidence';
import { judgementSchema } from '../domain/judge/judgement';
import { gateBandSchema } from '../domain/judge/bands';
import { gateNameSchema } from '../domain/gates/gates';
import { soundEvidenceSchema, type Trace, traceSchema } from '../domain/trace/trace';
import { problems } from './problems';

/**
 * What is kept of a decision: a trace, which `greenlight replay` judges again, and beside the rows what the judge said
 * of them. Readers can follow it, and the report draws it.
 */
export const keptEvidenceSchema = evidenceSchema.extend({
  judgement: judgementSchema,
  /** How the proof of no harm grew, minute by minute. */
  proofs: z.array(
    z.object({
      gate: gateNameSchema,
      logNonInferiority: z.array(
        z
          .number()
          .nullable()
          .transform((value) => value ?? 0),
      ),
    }),
  ),
  /** Green minus blue after each look, a gate each. Absent in what an older version kept. */
  bands: z.array(gateBandSchema).default([]),
  leftOut: z.array(leftOutMinuteSchema).default([]),
  /** As they were sent to CloudWatch. */
  queries: z.array(z.unknown()),
});
export type KeptEvidence = z.output<typeof keptEvidenceSchema>;

/** Quoted of what is wrong; a wrong series has one problem per row. */
const MOST_PROBLEMS = 10;

/**
 * Numbers that cannot be true, or no evidence at all. Nothing is judged from them. The message names field, value and
 * limit.
 */
export class EvidenceInvalid extends Error {
  override readonly name = 'EvidenceInvalid';
}

/**
 * @param value what JSON.parse made of the file
 * @param file begins the message
 * @throws EvidenceInvalid
 */
export const parseTrace = (value: unknown, file: string): Trace => parsed(traceSchema, value, file);

/**
 * What CloudWatch's numbers come to, which the judge trusts.
 *
 * @throws EvidenceInvalid
 */
export const soundEvidence = (value: Evidence): Evidence => parsed(soundEvidenceSchema, value, 'evidence');

function parsed<T>(schema: z.ZodType<T>, value: unknown, subject: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const all = problems(result.error, '', value);
  const more = all.length > MOST_PROBLEMS ? [`and ${all.length - MOST_PROBLEMS} more`] : [];
  throw new EvidenceInvalid([...all.slice(0, MOST_PROBLEMS), ...more].map((line) => `${subject}: ${line}`).join('\n'));
}
