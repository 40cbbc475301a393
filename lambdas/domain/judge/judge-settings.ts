import * as z from 'zod';
import type { DeepReadonly } from '../evidence';

/** How far green may be from blue: tolerated if rate_green <= ratio * rate_blue + points; harmful likewise. */
const marginSchema = z.strictObject({
  /** Factor on blue's rate. */
  ratio: z.number().min(1),
  /** Absolute share of requests (0.005 is half a percentage point). */
  points: z.number().min(0).max(1),
});
export type Margin = DeepReadonly<z.output<typeof marginSchema>>;

const rateGateSchema = z.strictObject({ tolerance: marginSchema, harm: marginSchema });

/** Harm is no milder than what is tolerated: else nothing could ever be between the two. */
const ordered = <T extends z.ZodType<{ tolerance: Margin; harm: Margin }>>(schema: T) =>
  schema.superRefine(({ tolerance, harm }, context) => {
    for (const field of ['ratio', 'points'] as const)
      if (harm[field] < tolerance[field])
        context.addIssue({
          code: 'custom',
          path: ['harm', field],
          message: `must be at least tolerance.${field}, ${tolerance[field]}`,
        });
  });
export type RateGateSettings = DeepReadonly<z.output<typeof rateGateSchema>>;

/** With fewer labels in sight for green the gate is not judged: it neither stops nor holds up a rollout. */
const accuracySchema = rateGateSchema.extend({ minLabels: z.int().min(1) });
export type AccuracySettings = DeepReadonly<z.output<typeof accuracySchema>>;

/**
 * Settings that the judge obeys, as a trace keeps them; the defaults live in the endpoint settings. Nothing has a default
 * here: what was in force is written out.
 */
export const judgeSettingsSchema = z.strictObject({
  /** alpha: P(ever `fail` | green inside every tolerance) <= this. */
  falseAlarmRate: z.number().gt(0).lt(1),
  /** beta: P(`pass` | some gate harmful throughout) <= this. */
  missRate: z.number().gt(0).lt(1),
  /** Settled minutes before `pass` is possible; the planned bake unless set lower. */
  minimumMinutes: z.int().min(0),
  /** A gate that is absent is off. The latency margins are in the thresholds of the evidence. */
  gates: z.strictObject({
    errors: ordered(rateGateSchema).optional(),
    latency: z.strictObject({}).optional(),
    predictions: z
      .strictObject({ tolerancePoints: z.number().min(0).max(1), harmPoints: z.number().min(0).max(1) })
      .refine((gate) => gate.harmPoints >= gate.tolerancePoints, {
        path: ['harmPoints'],
        message: 'must be at least tolerancePoints',
      })
      .optional(),
    throttles: ordered(rateGateSchema).optional(),
    accuracy: ordered(accuracySchema).optional(),
    /** In the order of `SideCounts.custom`. */
    custom: z.array(ordered(rateGateSchema.extend({ name: z.string().min(1) }))).optional(),
  }),
});
export type JudgeSettings = DeepReadonly<z.output<typeof judgeSettingsSchema>>;
