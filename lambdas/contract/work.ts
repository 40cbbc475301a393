import * as z from 'zod';

/** What is done of each endpoint by the clock, one message at a time. */
export const JOBS = ['reconcile', 'teardown'] as const;
export type Job = (typeof JOBS)[number];

export const NEXT_IN_WAVES = 'next in waves';

/** What the schedules send, and the end of a deploy's rollout: then of those alone whose wave may begin by now. */
export const jobRequestSchema = z.object({ job: z.enum(JOBS), of: z.literal(NEXT_IN_WAVES).optional() });
export type JobRequest = z.output<typeof jobRequestSchema>;

/** A message: the endpoint, or what is to be done once for all of them. */
const workSchema = z.strictObject({ endpoint: z.string().min(1).optional() });
export type Work = z.output<typeof workSchema>;

/**
 * A queue's message as Lambda hands it over, by itself: one that is slow or fails takes no other with it, is handed out
 * again, and at last a dead letter. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const workEventSchema = z
  .object({ Records: z.tuple([z.object({ body: z.string() })]) })
  .transform(({ Records: [{ body }] }) => ({ work: workSchema.parse(JSON.parse(body)) }));
export type WorkEvent = z.output<typeof workEventSchema>;

/** Each has its turn, whichever fails; the first failure is thrown when all had theirs. */
export async function eachInTurn<Item, Done>(
  items: readonly Item[],
  work: (item: Item) => Promise<Done>,
): Promise<readonly Done[]> {
  const done: Done[] = [];
  const failures: unknown[] = [];
  for (const item of items) {
    try {
      done.push(await work(item));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return done;
}

/** Longest time for which a teardown can be put off: what is idle costs money, and an operator should look again. */
export const MAX_POSTPONE_DAYS = 30;

const MAX_REASON = 500;

const request = z
  .strictObject({
    endpoint: z.string().min(1).max(40).optional(),
    dryRun: z.boolean().default(false),
    postponeUntil: z.iso.datetime().nullable().optional(),
    postponeHours: z
      .number()
      .min(1)
      .max(MAX_POSTPONE_DAYS * 24)
      .optional(),
    reason: z.string().max(MAX_REASON).default(''),
    Comment: z.unknown().optional(),
  })
  .refine(({ postponeUntil, postponeHours }) => postponeUntil === undefined || postponeHours === undefined, {
    path: ['postponeHours'],
    message: 'must not stand beside postponeUntil: name one of the two',
  })
  .refine(
    ({ endpoint, postponeUntil, postponeHours }) =>
      endpoint !== undefined || (postponeUntil === undefined && postponeHours === undefined),
    { path: ['endpoint'], message: 'must be named when a teardown is postponed' },
  );

/** What a schedule sends when it was given no input of its own. */
const scheduled = z.object({ source: z.literal(['aws.scheduler', 'aws.events']) });

/**
 * What a person may ask the teardown: `{}` is what the schedule does.
 * - `endpoint`: that one alone
 * - `dryRun`: tells what would be freed, and frees nothing
 * - `postponeUntil` (time in UTC, or null to lift it) or `postponeHours`: nothing of this endpoint is freed until then
 */
export const teardownRequestSchema = z.preprocess(
  (event) => (event === null || event === undefined || scheduled.safeParse(event).success ? {} : event),
  request,
);
export type TeardownRequest = z.output<typeof teardownRequestSchema>;
