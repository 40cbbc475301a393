import * as z from 'zod';
import { NO_ENDPOINT, TABLE_KEYS } from '../../contract/names';
import { isoTime, MINUTE_MS } from '../../domain/minutes';
import { pagesOf } from '../sdk/answers';
import type { AdapterContext } from '../sdk/context';
import { type Attributes, type Condition, ABSENT, dynamodbTable, parsedItem, PRESENT, putOver } from './table';

const turnItem = z.object({
  /** Execution ARN. */
  owner: z.string().min(1),
  rolloutId: z.string().min(1),
  endpoint: z.string().min(1),
  /** ISO 8601: when its execution began. Who began first is first in line. */
  since: z.string().min(1),
});
/** A rollout that wants to begin. */
export type Turn = Readonly<z.output<typeof turnItem>>;
const inLineItem = turnItem.extend({ seenAt: z.string().min(1) });

/** Why a rollout may not begin yet. */
export interface InLine {
  readonly running: number;
  /** Those in line that came before it. Undefined where that was said before and no turn was free. */
  readonly ahead: number | undefined;
}

/** Which rollouts of the control plane may begin: so many at once, in the order in which they came. */
export interface Turns {
  /**
   * Idempotent for the owner. Until `taken` it is asked again and again; what is not asked for five minutes left the
   * line.
   *
   * @param isNew nothing was said yet of how many came before it
   */
  takeTurn(turn: Turn, atOnce: number, isNew: boolean): Promise<'taken' | InLine>;
  /** Its rollout has ended; nothing happens where it has no turn and stands in no line. */
  endTurn(turn: Pick<Turn, 'owner' | 'rolloutId' | 'since'>): Promise<void>;
  /** Those that have one, and those that left the line without a word. */
  listTurns(): Promise<readonly Turn[]>;
}

/** What concerns all endpoints lies where rollouts of none of them do. */
const PLANE = NO_ENDPOINT;
const SLOT = 'TURN#';
const LINE = 'LINE#';
const MOST = 500;
const LEFT_LINE_MS = 5 * MINUTE_MS;

const ownedBy = (owner: string): Condition => ({
  expression: '#owner = :owner',
  names: { '#owner': 'owner' },
  values: { ':owner': owner },
});

/** A turn is a numbered item that one rollout alone can put; the line is an item for each that waits. */
export const dynamodbTurns = (context: AdapterContext): Turns => {
  const table = dynamodbTable(context);
  const list = async <S extends z.ZodType>(prefix: string, schema: S) => {
    const found: { readonly sort: string; readonly item: z.output<S> }[] = [];
    const read = (after?: Attributes) => table.newestItems(PLANE, prefix, MOST, after);
    for await (const page of pagesOf(`What begins with ${prefix}`, read))
      for (const one of page) {
        const item = parsedItem(schema, one);
        if (item !== undefined) found.push({ sort: String(one[TABLE_KEYS.sort]), item });
      }
    return found;
  };
  const lineKey = ({ since, rolloutId }: Pick<Turn, 'rolloutId' | 'since'>) => `${LINE}${since}#${rolloutId}`;
  const stillWaits = ({ seenAt }: z.output<typeof inLineItem>): boolean =>
    seenAt > isoTime(context.clock.now() - LEFT_LINE_MS);

  async function takeSlot(turn: Turn, taken: readonly { readonly sort: string }[], atOnce: number): Promise<boolean> {
    for (let slot = 1; slot <= atOnce; slot += 1) {
      const sort = `${SLOT}${String(slot).padStart(4, '0')}`;
      const key = { endpoint: PLANE, sort, schema: turnItem };
      if (taken.every((one) => one.sort !== sort) && (await putOver(table, key, { ...turn }, ABSENT))) return true;
    }
    return false;
  }

  return {
    listTurns: async () => {
      const [slots, line] = await Promise.all([list(SLOT, turnItem), list(LINE, inLineItem)]);
      return [...slots, ...line.filter(({ item }) => !stillWaits(item))].map(({ item }) => item);
    },
    takeTurn: async (turn, atOnce, isNew) => {
      const own = lineKey(turn);
      const isIts = ({ item }: { readonly item: Turn }) => item.owner === turn.owner;
      // Of two that come at one moment each stands in the line before it looks: one of them sees the other.
      await table.putItem(PLANE, own, { ...turn, seenAt: isoTime(context.clock.now()) });
      const before = await list(SLOT, turnItem);
      // While no turn is free the line decides nothing, and each that waits asks each minute.
      if (!isNew && before.length >= atOnce && !before.some(isIts)) return { running: before.length, ahead: undefined };
      const line = await list(LINE, inLineItem);
      // After the line: who leaves it for a turn has that first, and is in one of both.
      const slots = await list(SLOT, turnItem);
      const [running, ahead] = [slots.length, line.filter(({ sort, item }) => sort < own && stillWaits(item)).length];
      if (!slots.some(isIts) && !(ahead < atOnce - running && (await takeSlot(turn, slots, atOnce))))
        return { running, ahead };
      await table.removeItem(PLANE, own, PRESENT);
      return 'taken';
    },
    endTurn: async (turn) => {
      await table.removeItem(PLANE, lineKey(turn), PRESENT);
      const slot = (await list(SLOT, turnItem)).find(({ item }) => item.owner === turn.owner);
      if (slot !== undefined) await table.removeItem(PLANE, slot.sort, ownedBy(turn.owner));
    },
  };
};
