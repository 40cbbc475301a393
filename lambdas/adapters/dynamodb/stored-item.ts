import type * as z from 'zod';
import { onOneLine } from '../../contract/on-one-line';
import { inOneMessage, problems } from '../../contract/problems';

/** An item of the table is not what this app writes: somebody edited it, or another version of the app wrote it. */
export class StoredItemInvalid extends Error {
  override readonly name = 'StoredItemInvalid';
}

/** Several writers changed one item so often at once that our change found no gap; trying again later helps. */
export class StoredItemContended extends Error {
  override readonly name = 'StoredItemContended';
}

/** Parses what was read back. Throws `StoredItemInvalid` with the endpoint, the item's sort key and every problem. */
export function parseItem<T extends z.ZodType>(schema: T, item: unknown, endpoint: string, sort: string): z.output<T> {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new StoredItemInvalid(
    onOneLine(`Item ${sort} of endpoint ${endpoint} does not parse: ${inOneMessage(problems(parsed.error, 'item'))}`),
  );
}

/** How often a read-modify-write is tried before it gives up. */
export const WRITE_ATTEMPTS = 5;
