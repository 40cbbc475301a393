import { IncompleteAnswer } from './incomplete-answer';

export interface PageOf<Item, Position> {
  readonly items: Item;
  /** Where the next page begins; undefined after the last one. */
  readonly next: Position | undefined;
}

/** Far more than any listing of ours has: a page holds 50 versions, 1,000 objects or a megabyte of items. */
const MOST_PAGES = 1_000;

/**
 * Reads a listing page by page, for as long as whoever asks wants more. A listing that goes on with a position that it
 * had before, or for more than `most` pages, has no end: it is given up as IncompleteAnswer, which names `what` was listed.
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
