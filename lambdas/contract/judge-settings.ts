import * as z from 'zod';
import type { JudgeSettings } from '../domain/judge/judgement';

const margin = z.strictObject({ ratio: z.number().min(1), points: z.number().min(0).max(1) });
const rateGate = z.strictObject({ tolerance: margin, harm: margin });

/** The judge's settings as a trace keeps them. Nothing has a default: what was in force is written out. */
export const judgeSettingsSchema: z.ZodType<JudgeSettings> = z.strictObject({
  falseAlarmRate: z.number().gt(0).lt(1),
  missRate: z.number().gt(0).lt(1),
  minimumMinutes: z.int().min(0),
  gates: z.strictObject({
    errors: rateGate.optional(),
    latency: z.strictObject({}).optional(),
    predictions: z
      .strictObject({ tolerancePoints: z.number().min(0).max(1), harmPoints: z.number().min(0).max(1) })
      .optional(),
    throttles: rateGate.optional(),
    accuracy: rateGate.extend({ minLabels: z.int().min(1) }).optional(),
    custom: z.array(rateGate.extend({ name: z.string().min(1) })).optional(),
  }),
});
