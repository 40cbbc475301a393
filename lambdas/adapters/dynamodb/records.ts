import * as z from 'zod';
import { randomUUID } from 'node:crypto';
import { type RolloutRecord, rolloutRecordSchema } from '../../contract/rollout-record';
import type { TransitionEvent } from '../../contract/transition-event';
import { fromJson, pagesOf } from '../sdk/answers';
import type { AdapterContext } from '../sdk/context';
import { writeAnnounced } from './outbox';
import { ABSENT, type Attributes, type Condition, dynamodbTable, endpointKey, parseItem } from './table';

/** The history: one record per rollout, kept for good. */
export interface Records {
  /**
   * Creates the record, or overwrites it while it is still `running`. False when it has ended: it stays as it is. What is
   * announced with it is announced in the same write: both happen, or neither.
   */
  saveRecord(record: RolloutRecord, announced?: readonly TransitionEvent[]): Promise<boolean>;
  /** Writes the ended record, and announces its end in the same write. False when another writer ended it before. */
  closeRecord(record: RolloutRecord, announced: readonly TransitionEvent[]): Promise<boolean>;
  readRecord(endpoint: string, id: string): Promise<RolloutRecord | undefined>;
  /** Newest first. */
  listRecords(endpoint: string, limit: number): Promise<readonly RolloutRecord[]>;
}

/**
 * The history. Each rollout has its record under its id, and an entry whose key begins with the time it started, so
 * that the newest can be listed. The entry is written first: a record is never without one, and an entry without a
 * record is passed over.
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
    await table.putItem(endpoint, indexKey(record), { id });
    if (announced.length === 0) return table.putItem(endpoint, recordKey(id), attributes, NOT_ENDED);
    const item = { ...endpointKey(endpoint, recordKey(id)), ...attributes };
    return writeAnnounced(context, [{ item, condition: NOT_ENDED }], announced);
  };

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
    listRecords: async (endpoint, limit) => {
      const records: RolloutRecord[] = [];
      const seen = new Set<string>();
      const pages = pagesOf(`The rollouts of endpoint ${endpoint}`, async (after?: Attributes) => {
        const { items, next } = await table.newestItems(endpoint, INDEX_PREFIX, limit, after);
        return { items, next };
      });
      for await (const page of pages) {
        const ids = page.map((item) => parseItem(indexItem, item, endpoint, INDEX_PREFIX).id);
        const fresh = ids.filter((id) => !seen.has(id) && seen.add(id));
        const found = await Promise.all(fresh.map((id) => read(endpoint, id)));
        records.push(...found.filter((record) => record !== undefined));
        if (records.length >= limit) break;
      }
      return records.slice(0, limit);
    },
  };
};

const NOT_ENDED: Condition = {
  expression: `${ABSENT.expression} OR #status = :running`,
  names: { ...ABSENT.names, '#status': 'status' },
  values: { ':running': 'running' },
};

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
 * What a person looks for is an attribute of its own. The workflow's state is for the app and stored as JSON text: it is
 * JSON in the state machine too, and an item's own numbers have another range.
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
      `The record of rollout ${record.id} has ${bytes} bytes, the limit is ${MAX_RECORD_BYTES}; its state has ${state ? Buffer.byteLength(JSON.stringify(state)) : 0}.`,
    );
  }
  return item;
}

export function parseRecord(item: Attributes, endpoint: string, id: string): RolloutRecord {
  const { state, ...shown } = item;
  const whole = typeof state === 'string' ? { ...shown, state: fromJson(state) } : item;
  return parseItem(rolloutRecordSchema, whole, endpoint, recordKey(id));
}
