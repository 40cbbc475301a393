import * as z from 'zod';
import type { AdapterContext } from '../sdk/context';
import {
  ABSENT,
  asRead,
  type Condition,
  dynamodbTable,
  parsedItem,
  StoredItemContended,
  WRITE_ATTEMPTS,
} from './table';

/** Who may change an endpoint's traffic now. */
export interface Lock {
  readonly endpoint: string;
  /** Execution ARN. */
  readonly owner: string;
  readonly rolloutId: string;
  /** ISO 8601; after it the lock may be taken over, unless traffic was moved. */
  readonly leaseUntil: string;
  /** Its owner has written the alias: a lease that is over frees it only once what the owner left was put back. */
  readonly traffic?: 'moved';
  /** Present when its owner is a rollback, to which no other one may say stop. */
  readonly action?: 'rollback';
  /** The rollback that stops the owner: it gets the lock when that is released, before any other rollout can. */
  readonly next?: Successor;
  /** The rollout that had to give the lock to its present owner. */
  readonly after?: string;
}

export type Successor = Pick<Lock, 'owner' | 'rolloutId' | 'leaseUntil'>;

/** One lock per endpoint: a conditional write, owned by an execution, with a lease. */
export interface Locks {
  /** Idempotent for the owner, whose lease it renews. Answers the other's lock when taken. */
  acquireLock(lock: Lock, now: string): Promise<'acquired' | Lock>;
  /** Gives the owner's lock to another. False when it was not the owner's. */
  giveLock(to: Lock, owner: string): Promise<boolean>;
  /** Puts a rollback next in line, in the place of the one that was. False when the lock changed since it was read. */
  queueForLock(held: Lock, next: Successor): Promise<boolean>;
  /** False when the lock is no longer the owner's, or a rollback stands in line for it. */
  renewLock(endpoint: string, owner: string, leaseUntil: string, traffic?: 'moved'): Promise<boolean>;
  /**
   * Releases only the owner's lock, to the rollback that is next in line, and takes the owner out of a line in which it
   * stands. False when it was not the owner's.
   */
  releaseLock(endpoint: string, owner: string): Promise<boolean>;
  /** Undefined also where it does not parse: that is as if it had been deleted. */
  readLock(endpoint: string): Promise<Lock | undefined>;
}

const LOCK = 'LOCK';
const successor = z.object({
  owner: z.string().min(1),
  rolloutId: z.string().min(1),
  leaseUntil: z.iso.datetime(),
});
/** Whose it is counts, whatever more another version of the app says in it, as while it is deployed. */
const lockItem = successor.extend({
  endpoint: z.string().min(1),
  traffic: z.literal('moved').optional().catch('moved'),
  action: z.literal('rollback').optional().catch(undefined),
  next: successor.optional(),
  after: z.string().min(1).optional().catch(undefined),
});

/** The lock of an endpoint: one item, written on condition. Times compare as text because all are ISO 8601 in UTC. */
export const dynamodbLocks = (context: AdapterContext): Locks => {
  const table = dynamodbTable(context);
  const read = async (endpoint: string): Promise<Lock | undefined> => {
    const held = parsedItem(lockItem, await table.getItem(endpoint, LOCK));
    return held && itemOf(held);
  };
  const replace = async (held: Lock, by: Lock): Promise<boolean> =>
    table.putItem(held.endpoint, LOCK, itemOf(by), unchanged(held));

  return {
    readLock: read,
    acquireLock: async (lock, now) => {
      const { endpoint, owner, leaseUntil } = lock;
      // The lock may be released or renewed between a refusal and what follows from it.
      for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt += 1) {
        if (await table.putItem(endpoint, LOCK, itemOf(lock), freeAt(now))) return 'acquired';
        const item = await table.getItem(endpoint, LOCK);
        const held = parsedItem(lockItem, item);
        if (held && held.owner !== owner) return itemOf(held);
        // Ours already: who is next in line, and after whom we are, must not get lost.
        const isIts = held
          ? await replace(itemOf(held), { ...itemOf(held), leaseUntil })
          : await table.putItem(endpoint, LOCK, itemOf(lock), asRead(item));
        if (isIts) return 'acquired';
      }
      throw new StoredItemContended(`The lock of endpoint ${endpoint} changed hands while it was being acquired.`);
    },
    giveLock: async (to, owner) => table.putItem(to.endpoint, LOCK, itemOf(to), ownedBy(owner)),
    queueForLock: async (held, { owner, rolloutId, leaseUntil }) =>
      replace(held, { ...held, next: { owner, rolloutId, leaseUntil } }),
    renewLock: async (endpoint, owner, leaseUntil, traffic) =>
      table.setItem(endpoint, LOCK, { leaseUntil, ...(traffic && { traffic }) }, lastInLine(owner)),
    releaseLock: async (endpoint, owner) => {
      for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt += 1) {
        if (await table.removeItem(endpoint, LOCK, lastInLine(owner))) return true;
        const held = await read(endpoint);
        if (held?.owner === owner && held.next) {
          if (await replace(held, { endpoint, ...held.next, action: 'rollback', after: held.rolloutId })) return true;
        } else if (held?.next?.owner === owner) {
          if (await replace(held, { ...held, next: undefined })) return false;
        } else if (held?.owner !== owner) return false;
      }
      throw new StoredItemContended(`The lock of endpoint ${endpoint} kept changing while it was being released.`);
    },
  };
};

/** Without keys that have no value, which DynamoDB would refuse. */
const itemOf = ({
  endpoint,
  owner,
  rolloutId,
  leaseUntil,
  traffic,
  action,
  next,
  after,
}: z.output<typeof lockItem>) => ({
  endpoint,
  owner,
  rolloutId,
  leaseUntil,
  ...(traffic && { traffic }),
  ...(action && { action }),
  ...(next && { next }),
  ...(after !== undefined && { after }),
});

const OWNER = { '#owner': 'owner' };

const ownedBy = (owner: string): Condition => ({
  expression: '#owner = :owner',
  names: OWNER,
  values: { ':owner': owner },
});

const lastInLine = (owner: string): Condition => ({
  expression: '#owner = :owner AND attribute_not_exists(#next)',
  names: { ...OWNER, '#next': 'next' },
  values: { ':owner': owner },
});

/** It has no owner, or its lease is over and its owner never moved traffic. */
const freeAt = (now: string): Condition => ({
  expression: `${ABSENT.expression} OR (#leaseUntil < :now AND attribute_not_exists(#traffic))`,
  names: { ...ABSENT.names, '#leaseUntil': 'leaseUntil', '#traffic': 'traffic' },
  values: { ':now': now },
});

/** As it was read: the same owner with the same lease, and the same one next in line. */
function unchanged({ owner, leaseUntil, next }: Lock): Condition {
  const inLine = next ? '#next.#owner = :next' : 'attribute_not_exists(#next)';
  return {
    expression: `#owner = :owner AND #leaseUntil = :leaseUntil AND ${inLine}`,
    names: { ...OWNER, '#leaseUntil': 'leaseUntil', '#next': 'next' },
    values: { ':owner': owner, ':leaseUntil': leaseUntil, ...(next && { ':next': next.owner }) },
  };
}
