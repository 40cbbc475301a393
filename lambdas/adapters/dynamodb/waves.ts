import * as z from 'zod';
import { ENV, NO_ENDPOINT, TABLE_KEYS } from '../../contract/names';
import { HOUR_MS, isoTime } from '../../domain/minutes';
import {
  type EndInWave,
  type FailedInWave,
  type InWave,
  NO_WAVE,
  resumed,
  stoppedBy,
  type Wave,
  withEnd,
  withRollout,
} from '../../domain/waves';
import { fromJson, pagesOf } from '../sdk/answers';
import { type AdapterContext, requiredVariable } from '../sdk/context';
import { type Attributes, dynamodbTable, parseItem, StoredItemContended, unchangedSince } from './table';

/** How the code of a deploy goes out over the endpoints of the control plane; `code` is Lambda's CodeSha256 of it. */
export interface Waves {
  /** Idempotent for the rollout. Answers the wave that it must wait for. */
  joinWave(code: string, rollout: Omit<InWave, 'since'>): Promise<'joined' | Wave>;
  /** It was let begin and did not. Nothing happens where that was said again since. */
  leaveWave(code: string, rollout: InWave): Promise<void>;
  /** Of the wave that it is in, if any. True where it is the first to hold back others, also when it is said again. */
  endInWave(rolloutId: string, end: EndInWave): Promise<boolean>;
  readWave(code: string): Promise<Wave>;
  listWaves(): Promise<readonly (Wave & { readonly code: string })[]>;
  /** Lets all others begin. Answers those that had held them back. */
  resumeWaves(): Promise<readonly FailedInWave[]>;
}

const PREFIX = 'WAVE#';
const MOST = 100;
/** Of two that write at once one tries again; a wave has twenty rollouts, whose ends may come together. */
const ATTEMPTS = 40;
const PAUSE_MS = 25;
/** A code that is deployed again after that begins with its first wave. What holds back others is kept. */
const KEPT_HOURS = 90 * 24;

const text = z.string().min(1);
const waveItem = z.object({
  writes: z.int().min(1),
  ended: z.int().min(0),
  running: z.array(z.object({ owner: text, rolloutId: text, endpoint: text, since: text })),
  failed: z.array(z.object({ rolloutId: text, endpoint: text, error: text, passed: z.literal(true).optional() })),
});
const sizesSchema = z.array(z.int().min(1));

/** One item for each code: every change of it is one write, on condition that nothing changed since it was read. */
export const dynamodbWaves = (context: AdapterContext): Waves => {
  const table = dynamodbTable(context);
  const read = async (code: string): Promise<Wave & { readonly writes: number }> => {
    const sort = `${PREFIX}${code}`;
    const item = await table.getItem(NO_ENDPOINT, sort);
    return item ? parseItem(waveItem, item, NO_ENDPOINT, sort) : { ...NO_WAVE, writes: 0 };
  };
  /** `change` answers undefined when there is nothing to write. */
  async function rewrite(code: string, change: (wave: Wave) => Wave | undefined): Promise<Wave | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { writes, ...wave } = await read(code);
      const changed = change(wave);
      if (changed === undefined) return undefined;
      const expiresAt = Math.round((context.clock.now() + KEPT_HOURS * HOUR_MS) / 1000);
      const kept = stoppedBy(changed).length > 0 ? {} : { expiresAt };
      const item = { ...changed, ...kept, writes: writes + 1 };
      if (await table.putItem(NO_ENDPOINT, `${PREFIX}${code}`, item, unchangedSince(writes))) return changed;
      await context.clock.sleep(attempt * PAUSE_MS);
    }
    throw new StoredItemContended(`How far code ${code} has come changed ${ATTEMPTS} times meanwhile.`);
  }
  const list = async (): Promise<readonly (Wave & { readonly code: string })[]> => {
    const found: (Wave & { readonly code: string })[] = [];
    const page = (after?: Attributes) => table.newestItems(NO_ENDPOINT, PREFIX, MOST, after);
    for await (const items of pagesOf('How far deploys have come', page))
      for (const item of items) {
        const sort = String(item[TABLE_KEYS.sort]);
        found.push({ ...parseItem(waveItem, item, NO_ENDPOINT, sort), code: sort.slice(PREFIX.length) });
      }
    return found;
  };
  return {
    readWave: read,
    listWaves: list,
    joinWave: async (code, rollout) => {
      const sizes = sizesSchema.parse(fromJson(requiredVariable(context, ENV.waves)));
      if (sizes.length === 0) return 'joined';
      const since = isoTime(context.clock.now());
      const joined = await rewrite(code, (wave) => withRollout(wave, { ...rollout, since }, sizes));
      return joined === undefined ? read(code) : 'joined';
    },
    leaveWave: async (code, { rolloutId, since }) => {
      const isIts = (one: InWave) => one.rolloutId === rolloutId && one.since === since;
      await rewrite(code, (wave) => (wave.running.some(isIts) ? withEnd(wave, rolloutId, 'says nothing') : undefined));
    },
    endInWave: async (rolloutId, end) => {
      const isIts = (one: { readonly rolloutId: string }) => one.rolloutId === rolloutId;
      const isFirst = (wave: Wave) => stoppedBy(wave)[0]?.rolloutId === rolloutId;
      const waves = await list();
      const own = waves.find(({ running }) => running.some(isIts));
      if (own === undefined) return waves.some(isFirst);
      const ended = await rewrite(own.code, (wave) => withEnd(wave, rolloutId, end));
      return ended !== undefined && isFirst(ended);
    },
    resumeWaves: async () => {
      const stopped = (await list()).filter((wave) => stoppedBy(wave).length > 0);
      for (const seen of stopped) await rewrite(seen.code, (wave) => resumed(wave, stoppedBy(seen)));
      return stopped.flatMap(stoppedBy);
    },
  };
};
