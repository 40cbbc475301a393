/** True for an error that AWS answered with one of these codes. */
export function isAwsError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes(error.name);
}

/** The HTTP status of AWS's answer; undefined when there was none. */
export function httpStatusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** AWS answered without a member that it always sends; nothing can be concluded from such an answer. */
export class IncompleteAnswer extends Error {
  override readonly name = 'IncompleteAnswer';
}

/** A member of an answer that must be there. Throws `IncompleteAnswer` with the call and the member. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === undefined || value === null) throw new IncompleteAnswer(`AWS answered without ${what}.`);
  return value;
}

export interface PageOf<Item, Position> {
  readonly items: Item;
  /** Where the next page begins; undefined after the last one. */
  readonly next: Position | undefined;
}

/** Far more than any listing of ours has: a page holds 50 versions, 1,000 objects or a megabyte of items. */
const MOST_PAGES = 1_000;

/**
 * Reads a listing page by page, for as long as the caller wants more. A listing that goes on with a position that it
 * had before, or for more than `most` pages, has no end: it is given up as IncompleteAnswer, which names `what` was
 * listed.
 */
export async function* pagesOf<Item, Position>(
  what: string,
  read: (position: Position | undefined) => Promise<PageOf<Item, Position>>,
  most = MOST_PAGES,
): AsyncGenerator<Item, void, undefined> {
  const seen = new Set<string>();
  let position: Position | undefined;
  for (let pages = 1; pages <= most; pages += 1) {
    const { items, next } = await read(position);
    yield items;
    if (next === undefined) return;
    const mark = JSON.stringify(next);
    if (seen.has(mark)) throw new IncompleteAnswer(`AWS answered with the same page of ${what} twice.`);
    seen.add(mark);
    position = next;
  }
  throw new IncompleteAnswer(`${what} did not end after ${most} pages of AWS.`);
}

/** Text that is not JSON stays text, which the schema that follows then refuses. */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
