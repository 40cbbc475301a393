import { randomUUID } from 'node:crypto';
import type { RolloutRecord } from '../contract/rollout-record';
import type { TransitionEvent } from '../contract/transition-event';
import type { Records } from '../ports/records';
import type { AdapterContext } from './context';
import { indexItem, indexKey, INDEX_PREFIX, itemOf, parseRecord, recordKey } from './dynamodb/record-item';
import { writeAnnounced } from './dynamodb/announcement-items';
import { parseItem } from './dynamodb/stored-item';
import { pagesOf } from './pages';
import { ABSENT, type Attributes, type Condition, dynamodbTable, endpointKey } from './dynamodb/table';

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
    await table.put(endpoint, indexKey(record), { id });
    if (announced.length === 0) return table.put(endpoint, recordKey(id), attributes, NOT_ENDED);
    const item = { ...endpointKey(endpoint, recordKey(id)), ...attributes };
    return writeAnnounced(context, [{ item, condition: NOT_ENDED }], announced);
  };

  const read: Records['read'] = async (endpoint, id) => {
    const item = await table.get(endpoint, recordKey(id));
    return item && parseRecord(item, endpoint, id);
  };

  return {
    read,
    save: async (record, announced = []) => put(record, randomUUID(), announced),
    close: async (record, announced) => {
      const writer = randomUUID();
      if (await put(record, writer, announced)) return true;
      // When an answer got lost and the SDK tried again, it was our own first attempt that ended the record.
      return (await table.get(record.endpoint, recordKey(record.id)))?.['writer'] === writer;
    },
    list: async (endpoint, limit) => {
      const records: RolloutRecord[] = [];
      const seen = new Set<string>();
      const pages = pagesOf(`The rollouts of endpoint ${endpoint}`, async (after?: Attributes) => {
        const { items, next } = await table.newest(endpoint, INDEX_PREFIX, limit, after);
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
