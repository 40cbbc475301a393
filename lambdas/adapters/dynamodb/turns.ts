import * as z from 'zod';
import { NO_ENDPOINT } from '../../contract/names';
import { mayBegin, type RolloutLimits, type WaveState } from '../../domain/waves';
import { isoTime, MINUTE_MS } from '../../domain/minutes';
import { pagesOf } from '../sdk/answers';
import type { AdapterContext } from '../sdk/context';
import { type Attributes, type Condition, ABSENT, dynamodbTable, parseItem, PRESENT } from './table';

/** A rollout that wants to begin. */
export interface Turn {
  /** Execution ARN. */
  readonly owner: string;
  readonly rolloutId: string;
  readonly endpoint: string;
  /** ISO 8601: when its execution began. Who began first is first in line. */
  readonly since: string;
  /** One of the many that a deploy starts at once: they begin in waves. */
  readonly wave: boolean;
}

/** Why a rollout may not begin yet. */
export interface InLine {
  readonly running: number;
  readonly ahead: number;
  /** The rollout of a wave that ended badly: none of the others begins before a person says so. */
  readonly stoppedBy?: string;
}

/** Which rollouts of the control plane may begin: so many at once, in the order in which they came. */
export interface Turns {
  /** Idempotent for the owner. Until `taken` it is asked again and again; what is not asked for five minutes left the line. */
  takeTurn(turn: Turn, limits: RolloutLimits): Promise<'taken' | InLine>;
  /** Its rollout has ended; nothing happens where it has no turn and stands in no line. */
  endTurn(turn: Pick<Turn, 'owner' | 'rolloutId' | 'since'>, well: boolean): Promise<void>;
  listTurns(): Promise<readonly Turn[]>;
  /** Lets the next wave begin after one was stopped. Answers which rollout had stopped it, if one had. */
  resumeWaves(): Promise<string | undefined>;
}

/** What concerns all endpoints lies where rollouts of none of them do. */
const PLANE = NO_ENDPOINT;
const SLOT = 'TURN#';
const LINE = 'LINE#';
const WAVE = 'WAVE';
const MOST = 500;
const LEFT_LINE_MS = 5 * MINUTE_MS;

const turnItem = z.object({
  owner: z.string().min(1),
  rolloutId: z.string().min(1),
  endpoint: z.string().min(1),
  since: z.string().min(1),
  wave: z.boolean(),
});
const inLineItem = turnItem.extend({ seenAt: z.string().min(1) });
const waveItem = z.object({ ended: z.int().min(0), stoppedBy: z.string().optional() });

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
    const read = async (after?: Attributes) => {
      const { items, next } = await table.newestItems(PLANE, prefix, MOST, after);
      return { items, next };
    };
    for await (const page of pagesOf(`What begins with ${prefix}`, read))
      for (const item of page) found.push({ sort: String(item['sk']), item: parseItem(schema, item, PLANE, prefix) });
    return found.reverse();
  };
  const readWave = async (): Promise<WaveState> => {
    const item = await table.getItem(PLANE, WAVE);
    return item ? parseItem(waveItem, item, PLANE, WAVE) : { ended: 0 };
  };
  const lineKey = ({ since, rolloutId }: Pick<Turn, 'rolloutId' | 'since'>) => `${LINE}${since}#${rolloutId}`;

  async function takeSlot(turn: Turn, taken: readonly { readonly sort: string }[], { atOnce }: RolloutLimits) {
    for (let slot = 1; slot <= atOnce; slot += 1) {
      const sort = `${SLOT}${String(slot).padStart(4, '0')}`;
      if (taken.every((one) => one.sort !== sort) && (await table.putItem(PLANE, sort, { ...turn }, ABSENT)))
        return true;
    }
    return false;
  }

  return {
    listTurns: async () => (await list(SLOT, turnItem)).map(({ item }) => item),
    takeTurn: async (turn, limits) => {
      const own = lineKey(turn);
      const now = context.clock.now();
      // Of two that come at one moment each stands in the line before it looks: one of them sees the other. The line is read
      // before the turns, since who leaves it for a turn has that first.
      await table.putItem(PLANE, own, { ...turn, seenAt: isoTime(now) });
      const line = await list(LINE, inLineItem);
      const slots = await list(SLOT, turnItem);
      const ahead = line.filter(
        ({ sort, item }) => sort < own && item.wave === turn.wave && item.seenAt > isoTime(now - LEFT_LINE_MS),
      ).length;
      const wave = turn.wave ? await readWave() : undefined;
      const running = slots.length;
      const ofWave = slots.filter(({ item }) => item.wave).length;
      const has = slots.some(({ item }) => item.owner === turn.owner);
      if (has || (mayBegin(limits, { running, ofWave, ahead, wave }) && (await takeSlot(turn, slots, limits)))) {
        await table.removeItem(PLANE, own, PRESENT);
        return 'taken';
      }
      return { running, ahead, ...(wave?.stoppedBy !== undefined && { stoppedBy: wave.stoppedBy }) };
    },
    endTurn: async (turn, well) => {
      await table.removeItem(PLANE, lineKey(turn), PRESENT);
      const slots = await list(SLOT, turnItem);
      const slot = slots.find(({ item }) => item.owner === turn.owner);
      // Of several lines of defence that close a rollout the first counts it.
      if (slot === undefined || !(await table.removeItem(PLANE, slot.sort, ownedBy(turn.owner)))) return;
      if (!slot.item.wave) return;
      const { ended, stoppedBy } = await readWave();
      const others = [...slots, ...(await list(LINE, inLineItem))].filter(
        ({ item }) => item.wave && item.owner !== turn.owner,
      );
      const stopped = stoppedBy ?? (well ? undefined : slot.item.rolloutId);
      if (others.length === 0) await table.removeItem(PLANE, WAVE, PRESENT);
      else await table.putItem(PLANE, WAVE, { ended: ended + 1, ...(stopped !== undefined && { stoppedBy: stopped }) });
    },
    resumeWaves: async () => {
      const { ended, stoppedBy } = await readWave();
      if (stoppedBy !== undefined) await table.putItem(PLANE, WAVE, { ended });
      return stoppedBy;
    },
  };
};
