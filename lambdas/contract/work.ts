import * as z from 'zod';

/** What is done of each endpoint by the clock, one message at a time. */
export const JOBS = ['reconcile', 'teardown'] as const;
export type Job = (typeof JOBS)[number];

/** What the schedules send. */
export const jobRequestSchema = z.object({ job: z.enum(JOBS) });

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
