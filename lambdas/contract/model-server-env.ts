import * as z from 'zod';
import { SUMMED_UP } from '../domain/measures/rows';
import { BUILT_IN_MEASURES } from '../domain/measures/measures';
import type { CaptureRate } from './replay';
import { classNamesSchema, keptClassNames, type KeptClassNames } from './class-names';
import type { OwnMeasure } from '../domain/measures/count-answers';
import { type ModelTask, TASKS } from '../domain/task';
import { DEFAULT_FEEDBACK_DAYS } from '../domain/feedback';

/** Each is one custom metric a version, 30 cents a month while it is emitted. */
const MOST_MEASURES = 10;

/**
 * What is counted of answers beside what the task says: of an output's row the value at an index, or what sums the row
 * up.
 */
export const measuresSchema = z
  .array(
    z.strictObject({
      /** In reports and metadata. */
      name: z
        .string()
        .regex(/^[a-z][a-z0-9_]{0,29}$/, 'must be lower-case letters, digits and _, at most 30')
        .refine((name) => !BUILT_IN_MEASURES.includes(name), 'is the name of a built-in measure'),
      /** The model's output. */
      output: z.string().min(1).max(256),
      /**
       * Index of the value in its row, from 0; or `first`, `mean`, `last`, `largest` or `norm` of the row. @default 0
       */
      value: z.union([z.int().min(0).max(4095), z.enum(SUMMED_UP)]).default(0),
    }),
  )
  .max(MOST_MEASURES)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'must not repeat a name');

/** The model that a version serves, pinned: the same four values always mean the same bytes. */
export interface ModelReference {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  /** 64 hex digits, lower case. */
  readonly sha256: string;
}

/** `refused`: NaN and infinities are a failure; `infinities-allowed`: NaN is; `allowed`: neither is. */
export const NON_FINITE_RULES = ['refused', 'infinities-allowed', 'allowed'] as const;
export type NonFiniteRule = (typeof NON_FINITE_RULES)[number];

/** The settings of one version of the built-in model server; they travel in the function's environment. */
export interface ModelServerEnv {
  readonly endpoint: string;
  /** `undefined`: the server is alive and has no model yet. */
  readonly model: ModelReference | undefined;
  /** `{name}` in `/v2/models/{name}`; the endpoint's name unless set. */
  readonly modelName: string;
  /** Which output is the prediction; found by rule when `undefined` (see domain/prediction.ts). */
  readonly predictionOutput: string | undefined;
  /** What the model answers, where that is known when it is published; decides what is counted. */
  readonly task: ModelTask | undefined;
  /** Text labels of the golden set: names for a model that answers text and holds none itself. */
  readonly labels: readonly string[] | undefined;
  /** Counted beside what the task says. */
  readonly measures: readonly OwnMeasure[];
  /** Labels in the order of their class index, or where they are kept. */
  readonly classNames: readonly string[] | KeptClassNames | undefined;
  readonly maxModelMegabytes: number;
  /** Threads that one request's model run may use; by the function's memory when `undefined`. */
  readonly threads: number | undefined;
  /** Which live requests are kept for replay; 0 keeps none. */
  readonly captureRate: CaptureRate;
  /** Which outputs that are no finite numbers are an answer, and which a failure of the model. */
  readonly nonFinite: NonFiniteRule;
  /** Labels of answers are taken for so many days; 0 takes none, and then answers carry no request id. */
  readonly feedbackDays: number;
  /** Signs request ids, so that no caller can make one: `1.` and 43 characters. No labels are taken without it. */
  readonly requestKey: string | undefined;
  /** Id of the drill for which every request of a user fails on purpose. @default none */
  readonly drill?: string | undefined;
}

export const DEFAULT_MAX_MODEL_MEGABYTES = 500;

/** The environment of the function does not describe a model server; thrown while it starts. Lists every problem. */
export class ModelServerEnvInvalid extends Error {
  override readonly name = 'ModelServerEnvInvalid';
}

/**
 * Lambda refuses an environment above 4 KB in all:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const LAMBDA_ENV_LIMIT_BYTES = 4096;

const text = z.string().min(1);
const json = <T>(schema: z.ZodType<T>) =>
  text
    .transform((value, context) => {
      try {
        return JSON.parse(value) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: `is not JSON: ${value.slice(0, 60)}` });
        return z.NEVER;
      }
    })
    .pipe(schema);
/** The names themselves, or `sha256:` and 64 hex digits of the object that holds them. */
const names = z.union([
  text.regex(/^sha256:[0-9a-f]{64}$/).transform((value) => ({ sha256: value.slice('sha256:'.length) })),
  json(classNamesSchema),
]);
const share = z.string().trim().min(1).transform(Number).pipe(z.number().min(0).max(1));
const whole = (low: number, high: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(low).max(high));

const schema = z.object({
  GREENLIGHT_ENDPOINT: text,
  GREENLIGHT_MODEL_NAME: text.optional(),
  GREENLIGHT_MODEL_BUCKET: text.optional(),
  GREENLIGHT_MODEL_KEY: text.optional(),
  GREENLIGHT_MODEL_VERSION_ID: text.optional(),
  GREENLIGHT_MODEL_SHA256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hex digits')
    .optional(),
  GREENLIGHT_PREDICTION_OUTPUT: text.optional(),
  GREENLIGHT_TASK: z.enum(TASKS).optional(),
  GREENLIGHT_LABELS: json(classNamesSchema).optional(),
  GREENLIGHT_MEASURES: json(measuresSchema).optional(),
  GREENLIGHT_CLASS_NAMES: names.optional(),
  GREENLIGHT_MAX_MODEL_MB: whole(1, 10_240).optional(),
  GREENLIGHT_THREADS: whole(1, 64).optional(),
  GREENLIGHT_CAPTURE_RATE: z.union([z.literal('auto'), share]).optional(),
  GREENLIGHT_FEEDBACK_DAYS: whole(0, 3650).optional(),
  GREENLIGHT_NON_FINITE: z.enum(NON_FINITE_RULES).optional(),
  GREENLIGHT_DRILL: text.optional(),
  GREENLIGHT_REQUEST_KEY: z
    .string()
    // The value is a secret, which no message repeats.
    .regex(/^\d{1,6}\.[A-Za-z0-9_-]{43}$/, 'must be an edition, a dot and 43 characters of base64url')
    .optional(),
});
export type ModelServerVariable = keyof z.infer<typeof schema>;

/** Parses the environment; an empty variable counts as unset. Throws `ModelServerEnvInvalid` with every problem. */
export function parseModelServerEnv(env: Readonly<Record<string, string | undefined>>): ModelServerEnv {
  const given = Object.fromEntries(
    Object.keys(schema.shape)
      .filter((name) => env[name])
      .map((name) => [name, env[name]]),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new ModelServerEnvInvalid(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    );
  }
  const value = parsed.data;
  return {
    endpoint: value.GREENLIGHT_ENDPOINT,
    model: modelReference(value),
    modelName: value.GREENLIGHT_MODEL_NAME ?? value.GREENLIGHT_ENDPOINT,
    predictionOutput: value.GREENLIGHT_PREDICTION_OUTPUT,
    task: value.GREENLIGHT_TASK,
    labels: value.GREENLIGHT_LABELS,
    measures: value.GREENLIGHT_MEASURES ?? [],
    classNames: value.GREENLIGHT_CLASS_NAMES,
    maxModelMegabytes: value.GREENLIGHT_MAX_MODEL_MB ?? DEFAULT_MAX_MODEL_MEGABYTES,
    threads: value.GREENLIGHT_THREADS,
    captureRate: value.GREENLIGHT_CAPTURE_RATE ?? 0,
    feedbackDays: value.GREENLIGHT_FEEDBACK_DAYS ?? DEFAULT_FEEDBACK_DAYS,
    nonFinite: value.GREENLIGHT_NON_FINITE ?? 'refused',
    requestKey: value.GREENLIGHT_REQUEST_KEY,
    drill: value.GREENLIGHT_DRILL,
  };
}

/** The inverse: what the deploy step writes. Throws `ModelServerEnvInvalid` where Lambda would refuse the size. */
export function modelServerVariables(env: ModelServerEnv): Partial<Record<ModelServerVariable, string>> {
  const variables: Partial<Record<ModelServerVariable, string>> = {
    GREENLIGHT_ENDPOINT: env.endpoint,
    GREENLIGHT_MODEL_NAME: env.modelName,
    GREENLIGHT_MAX_MODEL_MB: String(env.maxModelMegabytes),
    ...(env.model && {
      GREENLIGHT_MODEL_BUCKET: env.model.bucket,
      GREENLIGHT_MODEL_KEY: env.model.key,
      GREENLIGHT_MODEL_VERSION_ID: env.model.versionId,
      GREENLIGHT_MODEL_SHA256: env.model.sha256,
    }),
    ...(env.predictionOutput !== undefined && { GREENLIGHT_PREDICTION_OUTPUT: env.predictionOutput }),
    ...(env.task !== undefined && { GREENLIGHT_TASK: env.task }),
    ...(env.labels && { GREENLIGHT_LABELS: JSON.stringify(env.labels) }),
    ...(env.measures.length > 0 && { GREENLIGHT_MEASURES: JSON.stringify(env.measures) }),
    ...(env.classNames && { GREENLIGHT_CLASS_NAMES: namesVariable(env.classNames) }),
    ...(env.threads !== undefined && { GREENLIGHT_THREADS: String(env.threads) }),
    ...(env.captureRate !== 0 && { GREENLIGHT_CAPTURE_RATE: String(env.captureRate) }),
    ...(env.nonFinite !== 'refused' && { GREENLIGHT_NON_FINITE: env.nonFinite }),
    ...(env.feedbackDays !== DEFAULT_FEEDBACK_DAYS && { GREENLIGHT_FEEDBACK_DAYS: String(env.feedbackDays) }),
    ...(env.requestKey !== undefined && { GREENLIGHT_REQUEST_KEY: env.requestKey }),
    ...(env.drill !== undefined && { GREENLIGHT_DRILL: env.drill }),
  };
  const bytes = Object.entries(variables).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (bytes > LAMBDA_ENV_LIMIT_BYTES) {
    throw new ModelServerEnvInvalid(
      `The environment would have ${bytes} bytes, Lambda's limit is ${LAMBDA_ENV_LIMIT_BYTES}: shorten the ` +
        "model's key or the measures.",
    );
  }
  return variables;
}

function namesVariable(names: NonNullable<ModelServerEnv['classNames']>): string {
  const kept = 'sha256' in names ? names : keptClassNames(names);
  return kept === undefined ? JSON.stringify(names) : `sha256:${kept.sha256}`;
}

function modelReference(value: z.infer<typeof schema>): ModelReference | undefined {
  const key = value.GREENLIGHT_MODEL_KEY;
  if (key === undefined) return undefined;
  const {
    GREENLIGHT_MODEL_BUCKET: bucket,
    GREENLIGHT_MODEL_VERSION_ID: versionId,
    GREENLIGHT_MODEL_SHA256: sha256,
  } = value;
  if (bucket === undefined || versionId === undefined || sha256 === undefined) {
    throw new ModelServerEnvInvalid(
      'GREENLIGHT_MODEL_KEY is set, so GREENLIGHT_MODEL_BUCKET, GREENLIGHT_MODEL_VERSION_ID and ' +
        'GREENLIGHT_MODEL_SHA256 must be too.',
    );
  }
  return { bucket, key, versionId, sha256: sha256.toLowerCase() };
}
