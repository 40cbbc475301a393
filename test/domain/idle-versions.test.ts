import {
  idleVersions,
  MAX_KEEP_VERSIONS,
  MAX_PERIODS,
  MAX_ROLLBACK_WINDOW_MINUTES,
  neededPeriods,
} from '../../lambdas/domain/idle-versions';
import { isoTime, MINUTE_MS } from '../../lambdas/domain/minutes';

const HOUR = 60 * MINUTE_MS;
const NOW = Date.parse('2026-11-23T09:00:00Z');
const KEY = 'models/digits/'.padEnd(1024, 'k');
const model = { bucket: 'b'.repeat(63), key: KEY, versionId: 'v'.repeat(1024), sha256: 'a'.repeat(64) };

/** Promotions at equal distances, the last one now, each written into the history as it happens. */
function promote(count: number, everyMs: number, versionOf = (n: number) => `${n}`) {
  let periods: readonly { version: string; model: typeof model; since: string; until?: string }[] = [];
  for (let n = 1; n <= count; n += 1) {
    const now = NOW - (count - n) * everyMs;
    const ended = periods.map((period, index) => (index === 0 ? { ...period, until: isoTime(now) } : period));
    periods = neededPeriods([{ version: versionOf(n), model, since: isoTime(now) }, ...ended], now);
  }
  return periods;
}

const versions = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `${from + n}`);
const idle = (periods: ReturnType<typeof promote>, all: number, keepVersions: number, windowMinutes: number) =>
  idleVersions({
    versions: versions(1, all),
    aliased: [],
    periods,
    takenBack: [],
    now: NOW,
    rollbackWindowMs: windowMinutes * MINUTE_MS,
    keepVersions,
  }).idle;

describe('what is deleted after many promotions', () => {
  it('leaves as many versions as the largest keepVersions says, however long ago they were live', () => {
    const periods = promote(120, 24 * HOUR);
    expect(idle(periods, 120, MAX_KEEP_VERSIONS, 0)).toEqual(versions(1, 20));
  });

  it('leaves every version that was live within the longest window, at one promotion an hour', () => {
    const periods = promote(31 * 24, HOUR);
    // Version 23 ended when the 24th began, 744 - 24 = 720 hours ago: the window's last moment.
    expect(idle(periods, 31 * 24, 5, MAX_ROLLBACK_WINDOW_MINUTES)).toEqual(versions(1, 22));
  });

  it('leaves the versions beneath two that take turns for weeks', () => {
    const flapping = (n: number) => (n <= 10 ? `${n}` : `${11 + (n % 2)}`);
    const periods = promote(1000, HOUR, flapping);
    expect(idle(periods, 12, 6, 0)).toEqual(versions(1, 6));
  });

  it('leaves all of which the history says nothing, while it is too short for the window', () => {
    const periods = promote(MAX_PERIODS + 200, MINUTE_MS);
    expect(periods).toHaveLength(MAX_PERIODS);
    expect(idle(periods, MAX_PERIODS + 200, 5, MAX_ROLLBACK_WINDOW_MINUTES)).toEqual([]);
    expect(idle(periods, MAX_PERIODS + 200, 5, 60)).toEqual(versions(1, MAX_PERIODS + 200 - 62));
  });
});

it('fits the longest history with the longest names into an item of the table', () => {
  const periods = promote(MAX_PERIODS + 10, MINUTE_MS, (n) => `${100_000 + n}`);
  // DynamoDB counts names and values as UTF-8, and three bytes for each map or list and one for each member of it:
  // JSON, with its quotes and braces, is longer.
  expect(Buffer.byteLength(JSON.stringify({ writes: 1_000_000, periods }))).toBeLessThan(400 * 1024);
});
