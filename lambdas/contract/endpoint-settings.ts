import * as z from 'zod';
import { gatesSchema } from '../domain/gates/gates';
import { TASKS } from '../domain/task';
import { MAX_KEEP_VERSIONS, MAX_ROLLBACK_WINDOW_MINUTES } from '../domain/idle-versions';
import { MAX_CLASS_NAME, MAX_CLASS_NAMES } from './class-names';
import { DEFAULT_FEEDBACK_DAYS } from '../domain/feedback';
import { measuresSchema, NON_FINITE_RULES } from './model-server-env';
import { replaySettings } from './replay';
import { MINUTES_WITH_WATCH } from '../domain/strategy';
import { strategySchema } from './strategy';

/** More is not written by hand, and what is deeper cannot be written out again. */
const MAX_DEPTH = 100;

/** Any value that JSON has. Unlike zod's own, it refuses a value that is nested too deeply instead of failing on it. */
const jsonValue = z.custom<z.core.util.JSONType>((value) => isJson(value, 0), {
  error: `must be JSON, nested at most ${MAX_DEPTH} levels`,
});

function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === MAX_DEPTH) return false;
  return (Array.isArray(value) ? value : Object.values(value)).every((inner) => isJson(inner, depth + 1));
}

/**
 * The settings of one endpoint: typed, every one with a default, validated at synth. The same schema parses what the
 * app's config says and what the steps read back from the table.
 */
const goldenSet = z.strictObject({
  /** Key of the golden set in the model bucket, for example golden/digits.json. */
  key: z.string().min(1).max(1024),
  /** Classification: share of right classes that green must reach. @default 0: only the drop counts */
  minAccuracy: z.number().min(0).max(1).default(0),
  /**
   * Classification: how far green's accuracy may lie under blue's on the same rows, whatever chance does.
   * @default 0.02 where that is no mere chance, 0.01 where an exact paired test is certain of it
   */
  maxAccuracyDrop: z.number().min(0).max(1).optional(),
  /**
   * Classification and labels: how much of blue's recall and precision each class may lose, where an exact paired test
   * shows that it is no chance; false looks at all classes together only. @default 0.3 of each
   */
  perClass: z
    .union([
      z.literal(false),
      z.strictObject({
        maxRecallLoss: z.number().min(0).max(1).default(0.3),
        maxPrecisionLoss: z.number().min(0).max(1).default(0.3),
      }),
    ])
    .prefault({}),
  /**
   * Regression and forecasts: green's root mean squared error may be at most this factor of blue's, whatever chance
   * does.
   * @default 1.1 where that is no mere chance, 1.05 where a paired test is certain of it
   */
  maxErrorFactor: z.number().min(1).max(100).optional(),
  /** Regression: green's root mean squared error at most, in the label's unit. @default no limit */
  maxError: z.number().min(0).optional(),
  /** Median latency of a golden request at most, ms. @default no limit */
  maxMedianMs: z.number().min(0).optional(),
});

const hook = z.strictObject({
  /** Name or ARN of the function, with a version or an alias of its own if it has one. */
  function: z
    .string()
    .regex(
      /^(arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:)?[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_-]{1,128})?$/,
      "must be a function's name or ARN; a function of the same app is given to the endpoint's construct",
    ),
  /** How long the rollout waits for the answer. @default 300 */
  timeoutSeconds: z.int().min(1).max(600).default(300),
});

export const endpointSettingsSchema = z.strictObject({
  /** The endpoint's name: in the S3 prefix models/<name>/, in execution names and in metrics. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be 1 to 31 lower-case letters, digits or hyphens and start with a letter'),
  /** What the key of a model ends in. @default .onnx */
  suffix: z
    .string()
    .regex(/^\.[A-Za-z0-9._-]{1,20}$/, 'must be a dot and 1 to 20 letters, digits, dots, hyphens or underscores')
    .default('.onnx'),
  /** @default 1024 */
  memoryMB: z.int().min(128).max(10_240).default(1024),
  /** Time limit of one request, seconds. @default 15 */
  timeoutSeconds: z.int().min(1).max(900).default(15),
  /** Largest model accepted, MB. Needs 2.2 times as much memory while it loads, and 150 MB. @default 250 */
  maxModelMB: z.int().min(1).max(4096).default(250),
  /** How traffic goes to green, unless the rollout's input says otherwise. @default Auto */
  strategy: strategySchema.default('Auto'),
  /** What decides, see `lambdas/domain/gates`; each may be switched off, or only observed. */
  gates: gatesSchema,
  /** alpha: how often a green that is inside every tolerance may be stopped. @default 0.01 */
  falseAlarmRate: z.number().gt(0).max(0.5).default(0.01),
  /** beta: how often a green that is harmful throughout may be promoted. @default 0.05 */
  missRate: z.number().gt(0).max(0.5).default(0.05),
  /** When the bake ends without proof: first bake longer, then do this. @default 15 minutes more, then abort */
  onInsufficientEvidence: z
    .strictObject({
      extendMinutes: z
        .int()
        .min(0)
        .max(7 * 24 * 60)
        .default(15),
      then: z.enum(['abort', 'hold', 'promote']).default('abort'),
    })
    .prefault({}),
  /**
   * Minutes to watch green after promotion at least, ready to put blue back; 0 is no watch: what settles after the
   * promotion, the last two minutes of a canary among it, is not judged, and the record says so. One look a minute
   * costs three state transitions: with one minute a Canary10Percent15Minutes takes 9 + 1 + 3 x (14 + 2) = 58, within
   * the 60 that it may cost. @default 1
   */
  watchMinutes: z
    .int()
    .min(0)
    .max(24 * 60)
    .default(1),
  /**
   * A canary that ends on proof is followed by a watch until at least so many minutes after green's first traffic:
   * Auto's looks are then as many as those of a canary of 15 minutes. @default 15
   */
  watchUntilMinutes: z
    .int()
    .min(0)
    .max(24 * 60)
    .default(MINUTES_WITH_WATCH),
  /**
   * Whether a person must agree: before promotion, or before green has any user, while testers meet it at the preview
   * URL.
   * @default none
   */
  approval: z
    .strictObject({
      mode: z.enum(['none', 'before-promote', 'before-traffic']).default('none'),
      timeoutMinutes: z
        .int()
        .min(1)
        .max(7 * 24 * 60)
        .default(24 * 60),
      defaultAnswer: z.enum(['approve', 'reject']).default('reject'),
    })
    .prefault({}),
  /**
   * Functions of yours that say whether a rollout may go on: before green has any user, before it is promoted, and when
   * it was watched in full service. Only `pass` leads on. By name, or by ARN; `addEndpoint(…, { hooks })` takes
   * functions of the app.
   * @default none
   */
  hooks: z
    .strictObject({
      beforeTraffic: hook.optional(),
      beforePromotion: hook.optional(),
      afterPromotion: hook.optional(),
    })
    .prefault({}),
  /** How long a version that was live may be rolled back to without a canary, and is never torn down. @default 1440 */
  rollbackWindowMinutes: z
    .int()
    .min(0)
    .max(MAX_ROLLBACK_WINDOW_MINUTES)
    .default(24 * 60),
  /** How many versions that were live are kept beyond the window. @default 5 */
  keepVersions: z.int().min(1).max(MAX_KEEP_VERSIONS).default(5),
  /** Keep blue's provisioned concurrency for the rollback window. @default false */
  keepBlueWarm: z.boolean().default(false),
  /** Provisioned concurrency of the live version (and of green during its canary). @default 0: none */
  provisionedConcurrency: z.int().min(0).max(10_000).default(0),
  /** Requests with known answers that green must pass before it sees a user. @default none */
  goldenSet: goldenSet.optional(),
  /** What the model answers. @default decided from the golden set's labels and the first answers */
  task: z.enum(TASKS).optional(),
  /**
   * Numbers of an answer that are compared beside what the task says, each a custom metric of every version (30 cents a
   * month): `{ "name": "humidity", "output": "forecast", "value": 3 }`. @default none
   */
  measures: measuresSchema.default([]),
  /** The model output that is the prediction. @default found by type and shape, see the README */
  predictionOutput: z.string().min(1).max(256).optional(),
  /**
   * Class names in index order; needed where labels are text that neither the model nor the golden set lists. @default
   * the model's own, or the class index
   */
  classNames: z.array(z.string().min(1).max(MAX_CLASS_NAME)).min(2).max(MAX_CLASS_NAMES).optional(),
  /**
   * Whether an answer that holds infinities, or NaN too, is an answer or a failure of the model. Masked logits are
   * minus infinity on purpose. @default refused
   */
  nonFinite: z.enum(NON_FINITE_RULES).default('refused'),
  /**
   * Share of live requests kept for replay; `auto` keeps what a replay asks, at most 3,000 a day, whatever the traffic.
   * Requests may be personal. @default 0: off
   */
  captureSampleRate: z.union([z.literal('auto'), z.number().min(0).max(1)]).default(0),
  /** Before green has any user, both versions answer the same requests, and are compared pair by pair. */
  replay: replaySettings,
  /**
   * Labels that users send later to `/v2/models/<name>/feedback`: taken, and kept, for so many days; false takes none.
   * Only the built-in model server takes any. Nothing is stored, and nothing costs, until one is sent. @default 30 days
   */
  feedback: z
    .union([
      z.literal(false),
      z.strictObject({
        keepDays: z.int().min(1).max(3650).default(DEFAULT_FEEDBACK_DAYS),
        /** Another number makes another key for request ids; labels of answers before it are then refused. */
        keyEdition: z.int().min(1).max(999_999).default(1),
      }),
    ])
    .prefault({}),
  /**
   * A request that the endpoint must fail, to see before any traffic moves that a failure is counted. The built-in
   * model server needs none. @default none: not tried
   */
  knownBadRequest: z
    .strictObject({
      method: z.enum(['GET', 'POST', 'PUT']).default('POST'),
      path: z.string().regex(/^\//, 'must start with /').max(1024),
      body: jsonValue.optional(),
    })
    .optional(),
  /**
   * Alarms of the endpoint's own, in and out of a rollout: one on the share of requests that fail, one on a live model
   * that is gone. They tell people and stop nothing; about half a dollar a month. `false` makes none. @default both
   */
  alarms: z
    .union([
      z.literal(false),
      z.strictObject({
        /** Rings above this share of requests that failed or were turned away, in two of three windows. @default 5 */
        failedPercent: z.number().gt(0).max(100).default(5),
        /** Fewer in a window say nothing. With 20, one failure is not more than 5 %. @default 20 */
        minRequests: z.int().min(1).max(1_000_000).default(20),
        /** Length of a window. At little traffic a longer one holds enough requests. @default 5 */
        minutes: z
          .int()
          .min(1)
          .max(8 * 60)
          .default(5),
      }),
    ])
    .prefault({}),
  /** CloudWatch alarms that stop a rollout when one is in ALARM. @default none */
  vetoAlarms: z.array(z.string().min(1).max(255)).max(100).default([]),
  /**
   * Whether a drill is allowed: `greenlight drill` gives a version that fails its users on purpose the least share of
   * live traffic that shows it, and measures how soon they are off it. Needs the built-in model server. @default false
   */
  drill: z.boolean().default(false),
  /** X-Ray traces of the endpoint's requests, which cost more than a small model's run. @default false */
  tracing: z.boolean().default(false),
  /** What an upload does while a rollout runs: the newest waits, or it is refused. @default latest */
  whileBusy: z.enum(['latest', 'reject']).default('latest'),
  /**
   * Which strategies an upload may ask for in its metadata: those that are at least as careful as the endpoint's own,
   * any, or none but that. People who may start executions choose freely. @default as-careful
   */
  uploadsMayChoose: z.enum(['as-careful', 'anything', 'nothing']).default('as-careful'),
});

/** Complete: no default is left to fill in. */
export type EndpointSettings = z.output<typeof endpointSettingsSchema>;
/** What a person writes: only `name` is required. */
export type EndpointSettingsInput = z.input<typeof endpointSettingsSchema>;

/** What the deploy stores for the steps: the endpoint's settings and the names that CloudFormation gave it. */
export const endpointConfigSchema = z.object({
  settings: endpointSettingsSchema,
  functionName: z.string().min(1),
  /**
   * Whether its answers are counted as the built-in model server counts its own; a function of the user's own may do
   * so.
   */
  builtIn: z.boolean(),
  /** The construct that serves it; another one is another function, whatever its name will be. */
  servedBy: z.string().min(1).optional(),
  /** The stack that registered it. */
  stackId: z.string().min(1).optional(),
  /** Of the code and the settings that were last deployed. */
  fingerprint: z.string().min(1).optional(),
  /** Lambda's CodeSha256 of what was last deployed. */
  code: z.string().min(1).optional(),
  /** A deploy has stored them and has not started their rollout yet. */
  toStart: z.literal(true).optional(),
});
export type EndpointConfig = z.output<typeof endpointConfigSchema>;
