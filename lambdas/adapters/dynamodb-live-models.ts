import * as z from 'zod';
import { pinnedModelSchema } from '../contract/rollout-state';
import { MAX_PERIODS, neededPeriods } from '../domain/idle-versions';
import type { LiveModels, LivePeriod } from '../ports/live-models';
import type { AdapterContext } from './context';
import { parseItem, StoredItemContended, WRITE_ATTEMPTS } from './dynamodb/stored-item';
import { ABSENT, type Condition, dynamodbTable, PRESENT } from './dynamodb/table';

const LIVE = 'LIVE';

const period = z.object({
  version: z.string().min(1),
  model: pinnedModelSchema.optional(),
  since: z.iso.datetime(),
  until: z.iso.datetime().optional(),
});
const taken = z.object({
  version: z.string().min(1),
  at: z.iso.datetime(),
  rolloutId: z.string().min(1),
  how: z.enum(['reverted', 'aborted', 'rolled back', 'did not answer']),
});
/** Of versions that may still exist; 150 bytes each. */
const MAX_TAKEN_BACK = 200;
const liveItem = z.object({
  writes: z.int().min(1),
  periods: z.array(period).max(MAX_PERIODS),
  // Items of before it was noted have none.
  takenBack: z.array(taken).default([]),
});
type Noted = Pick<z.output<typeof liveItem>, 'periods' | 'takenBack'>;

/** What was live when, and what was taken back: one item per endpoint, newest first, whose `writes` counts its changes. */
export const dynamodbLiveModels = (context: AdapterContext): LiveModels => {
  const table = dynamodbTable(context);
  const read = async (endpoint: string) => {
    const item = await table.get(endpoint, LIVE);
    return item ? parseItem(liveItem, item, endpoint, LIVE) : { writes: 0, periods: [], takenBack: [] };
  };
  /** `change` answers undefined when there is nothing to write. */
  async function rewrite(endpoint: string, change: (now: Noted) => Noted | undefined, mayStill?: () => Promise<void>) {
    for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt += 1) {
      const { writes, ...now } = await read(endpoint);
      const changed = change(now);
      if (changed === undefined) return;
      await mayStill?.();
      if (await table.put(endpoint, LIVE, { writes: writes + 1, ...changed }, unchangedSince(writes))) return;
    }
    throw new StoredItemContended(`What is live at endpoint ${endpoint} changed ${WRITE_ATTEMPTS} times meanwhile.`);
  }
  return {
    read: async (endpoint) => (await read(endpoint)).periods,
    forget: async (endpoint) => void (await table.remove(endpoint, LIVE, PRESENT)),
    takenBack: async (endpoint) => (await read(endpoint)).takenBack,
    begin: (endpoint, next, mayStill) =>
      rewrite(
        endpoint,
        ({ periods, takenBack }) =>
          isCurrent(periods[0], next.version)
            ? undefined
            : {
                periods: [...after(periods, next)],
                takenBack: takenBack.filter(({ version }) => version !== next.version),
              },
        mayStill,
      ),
    takeBack: (endpoint, one) =>
      rewrite(endpoint, ({ periods, takenBack }) => {
        const isNoted = takenBack.some(
          ({ version, rolloutId }) => version === one.version && rolloutId === one.rolloutId,
        );
        const others = takenBack.filter(({ version }) => version !== one.version);
        return isNoted ? undefined : { periods, takenBack: [one, ...others].slice(0, MAX_TAKEN_BACK) };
      }),
  };
};

const isCurrent = (newest: LivePeriod | undefined, version: string): boolean =>
  newest !== undefined && newest.until === undefined && newest.version === version;

function after(periods: readonly LivePeriod[], next: Omit<LivePeriod, 'until'>): readonly LivePeriod[] {
  const begun: LivePeriod = { version: next.version, ...(next.model && { model: next.model }), since: next.since };
  const [current, ...earlier] = periods;
  if (current === undefined) return [begun];
  const ended = { ...current, until: current.until ?? next.since };
  return neededPeriods([begun, ended, ...earlier], Date.parse(next.since));
}

const unchangedSince = (writes: number): Condition =>
  writes === 0
    ? ABSENT
    : { expression: '#writes = :writes', names: { '#writes': 'writes' }, values: { ':writes': writes } };
