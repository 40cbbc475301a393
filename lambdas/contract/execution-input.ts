import * as z from 'zod';
import { ACTIONS } from '../domain/rollout';
import { InvalidInput } from './errors';
import { isWellFormed, quoted, inOneMessage, problems } from './problems';
import { strategySchema } from './strategy';

/** Text that goes into a key, an item or a request. */
const text = (limits: z.ZodString) =>
  limits.refine(isWellFormed, 'must be whole Unicode, without half a surrogate pair');

/**
 * What a person, the CLI or the trigger may start a rollout with. Everything has a default; `{}` and the console's
 * `{"Comment": …}` roll out the newest model of the only endpoint. Unknown keys are refused by name.
 */
export const executionInputSchema = z.strictObject({
  /** Ignored; the console fills it in. */
  Comment: z.unknown().optional(),
  /** @default the only endpoint */
  endpoint: text(z.string().min(1).max(31)).optional(),
  /** s3://BUCKET/models/<endpoint>/<file>[?versionId=…], or "live". @default the newest model of the endpoint */
  model: text(z.string().min(1).max(2048)).optional(),
  /** @default the endpoint's strategy */
  strategy: strategySchema.optional(),
  /** Why, for the record. */
  reason: text(z.string().max(1000)).optional(),
  /** Who asks, for the record. */
  by: text(z.string().max(200)).optional(),
  /** A drill rolls out the live model so that it fails users on purpose, and never promotes it. */
  action: z.enum(ACTIONS).default('rollout'),
  /** Rollback only: the version to go back to. @default the version that was live before */
  to: z
    .string()
    .regex(/^[1-9][0-9]{0,8}$/, 'must be a version number such as "7"')
    .optional(),
  /** Validate and verify only; green is deleted again. */
  dryRun: z.boolean().default(false),
  /** Roll out although the model is live already, or although its signature differs from blue's. */
  force: z.boolean().default(false),
  /** Set by the trigger. */
  startedBy: z.enum(['upload', 'deploy', 'waiting-upload', 'person']).default('person'),
});
export type ExecutionInput = z.output<typeof executionInputSchema>;

/** Parses an execution's input. Throws InvalidInput with every problem in one message. */
export function parseExecutionInput(value: unknown): ExecutionInput {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidInput(`input: must be a JSON object such as {}; got ${quoted(value, 100)}`);
  }
  const parsed = executionInputSchema.safeParse(value);
  if (!parsed.success) throw new InvalidInput(inOneMessage(problems(parsed.error, '', value)));
  const input = parsed.data;
  if (input.to !== undefined && input.action !== 'rollback')
    throw new InvalidInput('to: only goes with "action": "rollback"');
  if (input.model !== undefined && input.action === 'rollback')
    throw new InvalidInput('model: a rollback takes "to", a version number, not a model');
  if (input.dryRun && input.action === 'rollback') throw new InvalidInput('dryRun: a rollback cannot be a dry run');
  const chosen = (['model', 'strategy', 'dryRun', 'force'] as const).find(
    (key) => key in value && input[key] !== false,
  );
  if (input.action === 'drill' && chosen !== undefined)
    throw new InvalidInput(`${chosen}: a drill takes the live model, and a weight by its traffic`);
  return input;
}

/** The last moment that is written with a year of four digits, ms since 1970. */
const YEAR_9999 = 253_402_300_799_999;

/**
 * `Step Functions Execution Status Change` on EventBridge; the input may be missing from a large event, so it is not
 * used. Only what names the execution must be there: blue is put back whatever else an event says.
 */
export const executionEventSchema = z.object({
  detail: z.object({
    executionArn: z.string().min(1),
    status: z.string().min(1),
    startDate: z.number().min(0).max(YEAR_9999).optional().catch(undefined),
    error: z.string().nullish().catch(undefined),
    cause: z.string().nullish().catch(undefined),
  }),
});
