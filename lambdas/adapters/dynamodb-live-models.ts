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
const liveItem = z.object({ writes: z.int().min(1), periods: z.array(period).max(MAX_PERIODS) });

/** What was live when: one item per endpoint, newest period first, whose `writes` counts its changes. */
export const dynamodbLiveModels = (context: AdapterContext): LiveModels => {
  const table = dynamodbTable(context);
  const read = async (endpoint: string) => {
    const item = await table.get(endpoint, LIVE);
    return item ? parseItem(liveItem, item, endpoint, LIVE) : { writes: 0, periods: [] };
  };
  return {
    read: async (endpoint) => (await read(endpoint)).periods,
    forget: async (endpoint) => void (await table.remove(endpoint, LIVE, PRESENT)),
    begin: async (endpoint, next, mayStill) => {
      for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt += 1) {
        const { writes, periods } = await read(endpoint);
        if (isCurrent(periods[0], next.version)) return;
        await mayStill?.();
        const item = { writes: writes + 1, periods: after(periods, next) };
        if (await table.put(endpoint, LIVE, item, unchangedSince(writes))) return;
      }
      throw new StoredItemContended(
        `What is live at endpoint ${endpoint} changed ${WRITE_ATTEMPTS} times while version ${next.version} was being noted.`,
      );
    },
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
