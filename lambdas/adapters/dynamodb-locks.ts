import * as z from 'zod';
import type { Lock, Locks } from '../ports/locks';
import type { AdapterContext } from './context';
import { parseItem, StoredItemContended } from './dynamodb/stored-item';
import { ABSENT, type Condition, dynamodbTable } from './dynamodb/table';

const LOCK = 'LOCK';
const lockItem = z.object({
  endpoint: z.string().min(1),
  owner: z.string().min(1),
  rolloutId: z.string().min(1),
  leaseUntil: z.iso.datetime(),
});

/** The lock of an endpoint: one item, written on condition. Times compare as text because all are ISO 8601 in UTC. */
export const dynamodbLocks = (context: AdapterContext): Locks => {
  const table = dynamodbTable(context);
  const read = async (endpoint: string): Promise<Lock | undefined> => {
    const item = await table.get(endpoint, LOCK);
    return item && parseItem(lockItem, item, endpoint, LOCK);
  };
  return {
    read,
    acquire: async (lock, now) => {
      const { endpoint, owner, rolloutId, leaseUntil } = lock;
      // Twice: the lock may be released between the refusal and the read.
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const free = freeFor(owner, now);
        if (await table.put(endpoint, LOCK, { endpoint, owner, rolloutId, leaseUntil }, free)) return 'acquired';
        const other = await read(endpoint);
        if (other) return other;
      }
      throw new StoredItemContended(`The lock of endpoint ${endpoint} changed hands while it was being acquired.`);
    },
    renew: async (endpoint, owner, leaseUntil) => table.set(endpoint, LOCK, { leaseUntil }, ownedBy(owner)),
    release: async (endpoint, owner) => table.remove(endpoint, LOCK, ownedBy(owner)),
  };
};

const ownedBy = (owner: string): Condition => ({
  expression: '#owner = :owner',
  names: { '#owner': 'owner' },
  values: { ':owner': owner },
});

/** Nobody's, ours already, or its lease is over. */
const freeFor = (owner: string, now: string): Condition => ({
  expression: `${ABSENT.expression} OR #owner = :owner OR #leaseUntil < :now`,
  names: { ...ABSENT.names, '#owner': 'owner', '#leaseUntil': 'leaseUntil' },
  values: { ':owner': owner, ':now': now },
});
