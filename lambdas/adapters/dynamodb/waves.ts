import * as z from 'zod';
import { ENV, NO_ENDPOINT, TABLE_KEYS } from '../../contract/names';
import { HOUR_MS, isoTime } from '../../domain/minutes';
import {
  type EndInWave,
  type FailedInWave,
  type InWave,
  NO_WAVE,
  resumed,
  roomIn,
  toldOf,
  type Wave,
  withEnd,
  withRollout,
} from '../../domain/waves';
import { fromJson, pagesOf } from '../sdk/answers';
import { type AdapterContext, requiredVariable } from '../sdk/context';
import { type Attributes, dynamodbTable, parsedItem, StoredItemContended, unchangedSince } from './table';

/** How the code of a deploy goes out over the endpoints of the control plane; `code` is Lambda's CodeSha256 of it. */
export interface Waves {
  /** The wave as it is, where the rollout must wait for others; undefined where it may join. */
  mustWaitFor(code: string, rollout: Omit<InWave, 'since'>): Promise<Wave | undefined>;
  /** Idempotent for the rollout. Answers the wave that it must wait for; undefined where it has joined. */
  joinWave(code: string, rollout: Omit<InWave, 'since'>): Promise<Wave | undefined>;
  /** It was let begin and did not. Nothing happens where that was said again since. */
  leaveWave(code: string, rollout: InWave): Promise<void>;
  /** Of the wave that it is in, if any. */
  endInWave(rolloutId: string, end: EndInWave): Promise<void>;
  readWave(code: string): Promise<Wave>;
  /** The one in which it has begun. */
  findWaveOf(rolloutId: string): Promise<(Wave & { readonly code: string }) | undefined>;
  listWaves(): Promise<readonly (Wave & { readonly code: string })[]>;
  /** How many more may begin now, by code, where that has just changed: the rest begins with the reconciler's pass. */
  readRoom(): Promise<Map<string, number>>;
  /** People were told that it holds back others. */
  noteTold(code: string, rolloutId: string): Promise<void>;
  /** Lets others begin, whom these have held back. */
  resumeWave(code: string, seen: readonly FailedInWave[]): Promise<void>;
}

const PREFIX = 'WAVE#';
const MOST = 100;
/** Of two that write at once one tries again; a wave has twenty rollouts, whose ends may come together. */
const ATTEMPTS = 40;
const PAUSE_MS = 25;
/** A code that is deployed again after that begins with its first wave. One that others wait for is kept on. */
const KEPT_HOURS = 90 * 24;
/** Between the end that makes room and the function that hands it out. */
const JUST_HOURS = 0.25;

const text = z.string().min(1);
const waveItem = z.object({
  writes: z.int().min(1),
  ended: z.int().min(0),
  running: z.array(z.object({ owner: text, rolloutId: text, endpoint: text, since: text })),
  failed: z.array(
    z.object({
      ...{ rolloutId: text, endpoint: text, error: text },
      ...{ passed: z.literal(true).optional(), told: z.literal(true).optional() },
    }),
  ),
  /** Seconds since 1970. */
  expiresAt: z.int().min(1).optional(),
});
const sizesSchema = z.array(z.int().min(1));

interface StoredWave extends Wave {
  readonly expiresAt?: number | undefined;
}

/** One item for each code: every change of it is one write, on condition that nothing changed since it was read. */
export const dynamodbWaves = (context: AdapterContext): Waves => {
  const table = dynamodbTable(context);
  const find = async (code: string) => {
    const item = await table.getItem(NO_ENDPOINT, `${PREFIX}${code}`);
    const parsed = parsedItem(waveItem, item);
    const { writes, ...wave } = parsed ?? { ...NO_WAVE, writes: 0, expiresAt: undefined };
    return { wave, writes, unchanged: unchangedSince(item, parsed) };
  };
  const read = async (code: string): Promise<StoredWave> => (await find(code)).wave;
  const sizes = (): readonly number[] => sizesSchema.parse(fromJson(requiredVariable(context, ENV.waves)));
  /** `change` answers undefined when there is nothing to write. Answers the wave as it was then, or else undefined. */
  async function rewrite(code: string, change: (wave: Wave) => Wave | undefined): Promise<Wave | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { wave, writes, unchanged } = await find(code);
      const changed = change(wave);
      if (changed === undefined) return wave;
      const expiresAt = Math.round((context.clock.now() + KEPT_HOURS * HOUR_MS) / 1000);
      const item = { ...changed, expiresAt, writes: writes + 1 };
      if (await table.putItem(NO_ENDPOINT, `${PREFIX}${code}`, item, unchanged)) return undefined;
      await context.clock.sleep(attempt * PAUSE_MS);
    }
    throw new StoredItemContended(`How far code ${code} has come changed ${ATTEMPTS} times meanwhile.`);
  }
  const hoursLeft = (expiresAt = Infinity) => (expiresAt * 1000 - context.clock.now()) / HOUR_MS;
  const list = async () => {
    const found: (StoredWave & { readonly code: string })[] = [];
    const page = (after?: Attributes) => table.newestItems(NO_ENDPOINT, PREFIX, MOST, after);
    for await (const items of pagesOf('How far deploys have come', page))
      for (const item of items) {
        const wave = parsedItem(waveItem, item);
        if (wave) found.push({ ...wave, code: String(item[TABLE_KEYS.sort]).slice(PREFIX.length) });
      }
    return found;
  };
  const findWaveOf = async (rolloutId: string) =>
    (await list()).find(({ running }) => running.some((one) => one.rolloutId === rolloutId));
  return {
    readWave: read,
    findWaveOf,
    listWaves: list,
    readRoom: async () => {
      const changed = (await list()).filter(({ expiresAt }) => hoursLeft(expiresAt) > KEPT_HOURS - JUST_HOURS);
      return new Map(changed.map(({ code, ...wave }) => [code, roomIn(wave, sizes())]));
    },
    mustWaitFor: async (code, rollout) => {
      if (sizes().length === 0) return undefined;
      const wave = await read(code);
      if (withRollout(wave, { ...rollout, since: '' }, sizes()) !== undefined) return undefined;
      if (hoursLeft(wave.expiresAt) < KEPT_HOURS / 2) await rewrite(code, (same) => same);
      return wave;
    },
    joinWave: async (code, rollout) => {
      if (sizes().length === 0) return undefined;
      const since = isoTime(context.clock.now());
      return rewrite(code, (wave) => withRollout(wave, { ...rollout, since }, sizes()));
    },
    leaveWave: async (code, { rolloutId, since }) => {
      const isIts = (one: InWave) => one.rolloutId === rolloutId && one.since === since;
      await rewrite(code, (wave) => (wave.running.some(isIts) ? withEnd(wave, rolloutId, 'says nothing') : undefined));
    },
    endInWave: async (rolloutId, end) => {
      const own = await findWaveOf(rolloutId);
      if (own !== undefined) await rewrite(own.code, (wave) => withEnd(wave, rolloutId, end));
    },
    noteTold: async (code, rolloutId) => void (await rewrite(code, (wave) => toldOf(wave, [{ rolloutId }]))),
    resumeWave: async (code, seen) => void (await rewrite(code, (wave) => resumed(wave, seen))),
  };
};
