import * as z from 'zod';
import { randomUUID } from 'node:crypto';
import {
  type RolloutEntry,
  rolloutEntry,
  rolloutEntrySchema,
  type RolloutRecord,
  rolloutRecordSchema,
} from '../../contract/rollout-record';
import type { TransitionEvent } from '../../contract/transition-event';
import { fromJson, pagesOf } from '../sdk/answers';
import type { AdapterContext } from '../sdk/context';
import { writeAnnounced } from './outbox';
import {
  ABSENT,
  type Attributes,
  type Condition,
  dynamodbTable,
  endpointKey,
  parsedItem,
  parseItem,
  StoredItemInvalid,
} from './table';

/** The history: one record per rollout, kept for good. */
export interface Records {
  /**
   * Creates the record, or overwrites it while it is still `running`. False when it has ended: it stays as it is. What
   * is announced with it is announced in the same write: both happen, or neither.
   */
  saveRecord(record: RolloutRecord, announced?: readonly TransitionEvent[]): Promise<boolean>;
  /** Writes the ended record, and announces its end in the same write. False when another writer ended it before. */
  closeRecord(record: RolloutRecord, announced: readonly TransitionEvent[]): Promise<boolean>;
  readRecord(endpoint: string, id: string): Promise<RolloutRecord | undefined>;
  /**
   * Newest first. Each is read whole: tens of kilobytes, of which `listRollouts` needs none. One that does not parse is
   * in neither list.
   */
  listRecords(endpoint: string, limit: number): Promise<readonly RolloutRecord[]>;
  /** Newest first, in one read: of those that have ended what the list itself says, of the others their record. */
  listRollouts(endpoint: string, limit: number): Promise<readonly RolloutEntry[]>;
}

/**
 * The history. Each rollout has its record under its id, and an entry whose key begins with the time it started, so
 * that the newest can be listed. The entry is written first: a record is never without one, and an entry without a
 * record is passed over. As the record is closed the entry is told how it ended, so that a list of rollouts reads none
 * of their records; an entry that says nothing of an end (of before entries did) has its record read.
 */
export const dynamodbRecords = (context: AdapterContext): Records => {
  const table = dynamodbTable(context);

  const put = async (
    record: RolloutRecord,
    writer: string,
    announced: readonly TransitionEvent[],
  ): Promise<boolean> => {
    const { endpoint, id } = record;
    const attributes = { ...itemOf(record), writer };
    await table.putItem(endpoint, indexKey(record), { id }, ABSENT);
    if (announced.length === 0) return table.putItem(endpoint, recordKey(id), attributes, NOT_ENDED);
    const item = { ...endpointKey(endpoint, recordKey(id)), ...attributes };
    const ended =
      record.status === 'ended'
        ? [{ item: { ...endpointKey(endpoint, indexKey(record)), ...rolloutEntry(record) } }]
        : [];
    return writeAnnounced(context, [{ item, condition: NOT_ENDED }, ...ended], announced);
  };
  const entries = (endpoint: string, limit: number) =>
    pagesOf(`The rollouts of endpoint ${endpoint}`, (after?: Attributes) =>
      table.newestItems(endpoint, INDEX_PREFIX, limit, after),
    );
  async function newest<T extends { readonly id: string }>(
    endpoint: string,
    limit: number,
    of: (entry: Attributes, id: string) => Promise<T | undefined>,
  ): Promise<readonly T[]> {
    const found: T[] = [];
    const seen = new Set<string>();
    for await (const page of entries(endpoint, limit)) {
      const fresh = page.flatMap((item) => {
        const id = parsedItem(indexItem, item)?.id;
        return id === undefined || seen.has(id) ? [] : (seen.add(id), [{ item, id }]);
      });
      const all = await Promise.all(fresh.map(({ item, id }) => of(item, id).catch(passedOver)));
      found.push(...all.filter((one) => one !== undefined));
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  const read: Records['readRecord'] = async (endpoint, id) => {
    const item = await table.getItem(endpoint, recordKey(id));
    return item && parseRecord(item, endpoint, id);
  };

  return {
    readRecord: read,
    saveRecord: async (record, announced = []) => put(record, randomUUID(), announced),
    closeRecord: async (record, announced) => {
      const writer = randomUUID();
      if (await put(record, writer, announced)) return true;
      // When an answer got lost and the SDK tried again, it was our own first attempt that ended the record.
      return (await table.getItem(record.endpoint, recordKey(record.id)))?.['writer'] === writer;
    },
    listRecords: (endpoint, limit) => newest(endpoint, limit, (_, id) => read(endpoint, id)),
    listRollouts: (endpoint, limit) =>
      newest(endpoint, limit, async (entry, id) => {
        const listed = rolloutEntrySchema.safeParse(entry);
        if (listed.success) return listed.data;
        const record = await read(endpoint, id);
        return record && rolloutEntry(record);
      }),
  };
};

/** It is not there, runs, or was overwritten by a person. */
const NOT_ENDED: Condition = {
  expression: 'attribute_not_exists(#status) OR #status <> :ended',
  names: { '#status': 'status' },
  values: { ':ended': 'ended' },
};

/** One record that cannot be read hides no other. */
function passedOver(error: unknown): undefined {
  if (!(error instanceof StoredItemInvalid)) throw error;
}

/** DynamoDB refuses items above 400 KB; the rest is left for names and keys. */
const MAX_RECORD_BYTES = 380_000;

/** A record is larger than the table can hold; its state carries something that belongs into a document. */
export class RecordTooLarge extends Error {
  override readonly name = 'RecordTooLarge';
}

export const INDEX_PREFIX = 'ROLLOUT#';
export const recordKey = (id: string): string => `RECORD#${id}`;
export const indexKey = ({ startedAt, id }: RolloutRecord): string => `${INDEX_PREFIX}${startedAt}#${id}`;
export const indexItem = z.object({ id: z.string().min(1) });

/**
 * What a person looks for is an attribute of its own. The workflow's state is for the app and stored as JSON text: it
 * is JSON in the state machine too, and an item's own numbers have another range.
 */
export function itemOf(record: RolloutRecord): Attributes {
  const { state, ...shown } = record;
  const item = {
    ...(JSON.parse(JSON.stringify(shown)) as Attributes),
    ...(state && { state: JSON.stringify(state) }),
  };
  const bytes = Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(`${name}${String(value)}`),
    0,
  );
  if (bytes > MAX_RECORD_BYTES) {
    throw new RecordTooLarge(
      `The record of rollout ${record.id} has ${bytes} bytes, the limit is ${MAX_RECORD_BYTES}; its state has ` +
        `${state ? Buffer.byteLength(JSON.stringify(state)) : 0}.`,
    );
  }
  return item;
}

export function parseRecord(item: Attributes, endpoint: string, id: string): RolloutRecord {
  const { state, ...shown } = item;
  const whole = typeof state === 'string' ? { ...shown, state: fromJson(state) } : item;
  return parseItem(rolloutRecordSchema, whole, endpoint, recordKey(id));
}
