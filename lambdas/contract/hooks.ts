import * as z from 'zod';

/**
 * What a hook is asked and what it may answer: `docs/reference/hooks.md` and `docs/reference/hooks.schema.json` are
 * made of this file. A new member raises the second number of the version; a member that goes, or means something else,
 * the first.
 */
export const HOOK_SCHEMA_VERSION = '1.0';

/** In the order in which a rollout calls them. */
export const HOOKS = ['beforeTraffic', 'beforePromotion', 'afterPromotion'] as const;
export type HookName = (typeof HOOKS)[number];

const text = z.string().min(1);
const time = z.iso.datetime();
const served = z.object({
  version: text,
  /** `s3://BUCKET/KEY?versionId=…` */
  model: text.optional(),
  /** Of this version and no other: what is invoked with it is what is rolled out, whatever an alias says. */
  functionArn: text,
});

/** The event of the user's function. */
export const hookEventSchema = z.object({
  schemaVersion: z.literal(HOOK_SCHEMA_VERSION),
  /** The same when a call is repeated: a hook that has effects does them once. */
  id: text,
  hook: z.enum(HOOKS),
  at: time,
  /** When the rollout waits no longer. */
  answerBefore: time,
  endpoint: text,
  rollout: z.object({
    id: text,
    executionArn: text,
    startedAt: time,
    startedBy: z.string(),
    reason: z.string(),
    dryRun: z.boolean(),
  }),
  /** Absent of the first model of an endpoint. */
  blue: served.optional(),
  green: served,
  /** The alias that users call. */
  live: z.object({ functionArn: text }),
  /** The alias that testers call, which answers with green until it is promoted; its URL wants signatures. */
  preview: z.object({ functionArn: text, url: text.optional() }),
  /** Green's share of live traffic now, percent, and when it got its first. */
  traffic: z.object({ weight: z.number(), since: time.optional() }),
  /** What the judge said last. */
  judgement: z.object({ verdict: text, reason: z.string() }).optional(),
});
export type HookEvent = z.output<typeof hookEventSchema>;

/** What the user's function answers. Anything else is no pass. */
export const hookAnswerSchema = z.strictObject({
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  /** In words, for people: the report and the notice show it. */
  reason: z.string().min(1).max(1000),
  /** What it was decided by, for the report. */
  numbers: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        value: z.number(),
        /** What it was compared with. */
        limit: z.number().optional(),
        unit: z.string().min(1).max(20).optional(),
      }),
    )
    .max(20)
    .default([]),
});
export type HookAnswer = z.output<typeof hookAnswerSchema>;

/**
 * What came of a call, for the record. `no answer`: it crashed, took too long, or said something else than an answer.
 */
export const hookResultSchema = z.object({
  hook: z.enum(HOOKS),
  function: text,
  at: time,
  seconds: z.number().min(0),
  verdict: z.enum([...hookAnswerSchema.shape.verdict.options, 'no answer']),
  reason: z.string(),
  numbers: z.array(hookAnswerSchema.shape.numbers.unwrap().element),
});
export type HookResult = z.output<typeof hookResultSchema>;
