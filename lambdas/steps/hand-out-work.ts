import { dynamodbSettings } from '../adapters/dynamodb/settings';
import type { Made } from '../adapters/sdk/context';
import { type LaterWork, sqsWorkQueue } from '../adapters/work-queue';
import type { Job } from '../contract/work';

export const handOutWorkNeeds = { settings: dynamodbSettings, workQueue: sqsWorkQueue };

/**
 * Endpoints a second. An account has 15 control-plane calls a second for all its functions, and restoring blue comes
 * first: the reconciler takes one of an endpoint at rest, so that a thousand are looked at within 250 of its 300
 * seconds and leave ten calls to rollouts; a teardown takes three, and one for each version that it deletes. A thousand
 * are done within 14 minutes.
 */
const PER_SECOND: Readonly<Record<Job, number>> = { reconcile: 4, teardown: 1.25 };

/** The longest that SQS keeps a message back. */
const LONGEST_S = 900;

/**
 * One message for each endpoint, each at a second of its own, which is the same in every run: an endpoint that is slow,
 * or fails, is by itself, and between two looks at it is one period. The reconciler gets one more for what no endpoint
 * shows.
 */
export async function handOutWork(
  { settings, workQueue }: Made<typeof handOutWorkNeeds>,
  { job }: { readonly job: Job },
): Promise<string> {
  const names = await settings.listNames();
  const inSeconds = (place: number) => Math.min(LONGEST_S, Math.floor(place / PER_SECOND[job]));
  const work: LaterWork[] = names.map((endpoint, place) => ({ endpoint, inSeconds: inSeconds(place) }));
  const once: readonly LaterWork[] = job === 'reconcile' ? [{ inSeconds: 0 }] : [];
  await workQueue.sendWork(job, [...once, ...work]);
  return `${job}: ${names.length} endpoints`;
}
