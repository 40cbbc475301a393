import * as z from 'zod';
import { type RolloutRecord, rolloutRecordSchema } from '../../contract/rollout-record';
import { parseItem } from './stored-item';
import type { Attributes } from './table';
import { fromJson } from '../from-json';

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
