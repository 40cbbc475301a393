import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbSettings } from '../adapters/dynamodb/settings';
import { dynamodbUploads } from '../adapters/dynamodb/uploads';
import { dynamodbWaves } from '../adapters/dynamodb/waves';
import type { Made } from '../adapters/sdk/context';
import { type LaterWork, sqsWorkQueue } from '../adapters/work-queue';
import type { Job, JobRequest } from '../contract/work';

export const handOutWorkNeeds = {
  locks: dynamodbLocks,
  settings: dynamodbSettings,
  uploads: dynamodbUploads,
  waves: dynamodbWaves,
  workQueue: sqsWorkQueue,
};
type Needs = Made<typeof handOutWorkNeeds>;

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
export async function handOutWork(ports: Needs, { job, of }: JobRequest): Promise<string> {
  const names = of === undefined ? await ports.settings.listNames() : await nextInWaves(ports);
  const inSeconds = (place: number) => Math.min(LONGEST_S, Math.floor(place / PER_SECOND[job]));
  const work: LaterWork[] = names.map((endpoint, place) => ({ endpoint, inSeconds: inSeconds(place) }));
  const once: readonly LaterWork[] = job === 'reconcile' && of === undefined ? [{ inSeconds: 0 }] : [];
  await ports.workQueue.sendWork(job, [...once, ...work]);
  return `${job}: ${names.length} endpoints`;
}

/** How many endpoints are read at once. */
const AT_ONCE = 20;

/** Where a deploy waits and may begin now. What another rollout holds, or a person has changed, is left to the pass. */
async function nextInWaves({ locks, settings, uploads, waves }: Needs): Promise<readonly string[]> {
  const room = await waves.readRoom();
  const next: string[] = [];
  const isRoomLeft = () => [...room.values()].some((left) => left > 0);
  const names = isRoomLeft() ? await settings.listNames() : [];
  for (let from = 0; from < names.length && isRoomLeft(); from += AT_ONCE) {
    const some = names.slice(from, from + AT_ONCE);
    for (const deploy of await Promise.all(some.map((endpoint) => uploads.readWaitingDeploy(endpoint)))) {
      if (deploy === undefined || !deploy.isNewCode || deploy.functionChanged === true) continue;
      const left = room.get(deploy.code) ?? 0;
      if (left === 0 || (await locks.readLock(deploy.endpoint)) !== undefined) continue;
      room.set(deploy.code, left - 1);
      next.push(deploy.endpoint);
    }
  }
  return next;
}
