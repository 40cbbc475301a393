import fc from 'fast-check';
import {
  earlyInCanary,
  earlyLooks,
  HISTORY_EVENTS,
  historyEvents,
  looksIn,
  lookSecond,
  lookThatSees,
  nextLook,
  RESERVED_EVENTS,
  rhythmOf,
  secondsUntilNextLook,
  secondsUntilSettled,
  tooManyEvents,
} from '../../lambdas/domain/looks';
import { firstWholeMinute, isoTime, MINUTE_MS, SETTLE_MS, settledUntil } from '../../lambdas/domain/minutes';

const DAY = 24 * 60;
const time = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });
const endpoint = fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/);

/** The minutes seen by each look at a stretch. */
function seenIn(end: number): number[] {
  const seen: number[] = [];
  while ((seen.at(-1) ?? 0) < end) seen.push(nextLook(seen.at(-1) ?? 0, end));
  return seen;
}

it('looks every minute in the first hour of a weight, then every five, then every fifteen, and at its end', () => {
  const seen = seenIn(7 * 60 + 7);
  expect(seen.slice(0, 60)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(seen.slice(60, 63)).toEqual([65, 70, 75]);
  expect(seen.slice(-7)).toEqual([355, 360, 375, 390, 405, 420, 427]);
});

it('has no look before the last of a quarter of an hour, which makes room for one after the promotion', () => {
  expect(seenIn(15)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15]);
  expect(seenIn(14)).toHaveLength(14);
});

describe('after a shift', () => {
  const from = 1_800_000_000_000;
  const [first, second] = ['early', 'late'];
  /**
   * Minutes after \`from\` of all looks until three of its minutes are seen, when the shift was written in the minute
   * before.
   */
  const minutesOf = (early: readonly number[]) => {
    const looks: number[] = [];
    for (let now = from - MINUTE_MS; now < from + 4 * MINUTE_MS; looks.push(Math.floor((now - from) / MINUTE_MS)))
      now += secondsUntilNextLook(now, { from, minutes: 30, early }, 'digits') * 1000;
    return looks;
  };

  it('looks as the last minutes of the weight before settle, and not as that of the shift does', () => {
    expect(minutesOf(earlyInCanary({ windows: [first, second] }))).toEqual([0, 1, 3, 4]);
    expect(minutesOf(earlyInCanary({ windows: [first] }))).toEqual([3, 4]);
  });

  const promotedAfter = (minutes: readonly number[], control?: number) => {
    let at = from;
    const windows = minutes.map((baked) => {
      const window = { from: isoTime(at), until: isoTime(at + baked * MINUTE_MS + SETTLE_MS) };
      at = Date.parse(window.until) + MINUTE_MS;
      return window;
    });
    return earlyLooks(at, { config: { settings: {} }, canary: { windows }, control }, 1);
  };

  it('looks at the canary once more after the promotion, and asks both versions where they can be asked', () => {
    expect(promotedAfter([5], 0)).toEqual([-2, -1, 0]);
    expect(promotedAfter([5])).toEqual([-2, -1]);
    expect(promotedAfter([1, 4], 0)).toEqual([-2, -1, 0]);
  });

  it('keeps one that sees all of it where sixty transitions leave no room for more', () => {
    expect([14, 15, 16].map((minutes) => promotedAfter([minutes], 0))).toEqual([[-1], [-1], [-2, -1, 0]]);
    expect(promotedAfter([13], 0)).toEqual([-1, 0]);
  });

  it('asks both where there was no canary', () => {
    const before = { config: { settings: {} } };
    expect(earlyLooks(from, { ...before, control: 0 }, 5)).toEqual([-1, 0]);
    expect(earlyLooks(from, before, 5)).toEqual([]);
  });
});

describe('after a proof by replay', () => {
  it('looks each minute until the fifth, and then when green has a third more to show', () => {
    const seen = [0];
    while (seen.at(-1)! < 120) seen.push(nextLook(seen.at(-1)!, 120, 'after-proof'));
    expect(seen.slice(1)).toEqual([1, 2, 3, 4, 5, 7, 10, 14, 19, 26, 36, 49, 67, 91, 120]);
  });

  it('keeps these looks for one that comes between them, as a step that is tried again does', () => {
    const next = (minutes: number) => nextLook(minutes, 120, 'after-proof');
    expect([6, 11, 15, 18, 40, 68, 90].map(next)).toEqual([7, 14, 19, 19, 49, 91, 91]);
  });

  const config = { settings: {} };
  const after = (perMinute: number, minutes: number, verdict = 'proven', chunks = 1) => {
    const at = (minute: number) => isoTime(minute * MINUTE_MS);
    const window = { from: at(0), until: at(minutes + SETTLE_MS / MINUTE_MS) };
    const baseline = [{ blue: { invocations: perMinute } }, { blue: { invocations: perMinute } }];
    return { config, canary: { windows: [window], baseline: { baseline } }, replay: { verdict, chunks } };
  };

  it('does so at quiet endpoints alone, and only after a proof', () => {
    expect(rhythmOf(after(99, 10))).toBe('after-proof');
    expect(rhythmOf(after(100, 10))).toBe('usual');
    expect(rhythmOf(after(20, 10, 'unproven'))).toBe('usual');
    const alarms = (...vetoAlarms: readonly string[]) => ({ ...after(20, 10), config: { settings: { vetoAlarms } } });
    expect([rhythmOf(alarms()), rhythmOf(alarms('checkout-broken'))]).toEqual(['after-proof', 'usual']);
    expect(rhythmOf({ config, canary: { windows: [] } })).toBe('usual');
  });

  it.each([
    [1, 91],
    [3, 49],
    [8, 19],
  ])(
    'takes at most 60 transitions, with %i chunks of replay up to %i minutes of live traffic and a minute of watch',
    (chunks, most) => {
      for (let minutes = 1; minutes <= most; minutes += 1) {
        const at = lookThatSees(minutes, 120, 'after-proof');
        const before = after(20, at, 'proven', chunks);
        const promotedAt = Date.parse(before.canary.windows[0]!.until) + MINUTE_MS;
        const looks = looksIn(at, 120, 0, 'after-proof') + earlyLooks(promotedAt, before, 1).length + 1;
        expect(9 + 1 + 2 * chunks + 3 * looks).toBeLessThanOrEqual(60);
      }
    },
  );
});

it('counts the looks that there are, from wherever', () => {
  const minutes = fc.integer({ min: 1, max: 3 * DAY });
  fc.assert(
    fc.property(minutes, minutes, minutes, (end, until, from) => {
      const seen = seenIn(end);
      expect(looksIn(Math.min(until, end), end)).toBe(seen.filter((one) => one <= until).length);
      const known = lookThatSees(Math.min(from, end), end);
      expect(seen).toContain(known);
      expect(looksIn(known, end) + looksIn(end, end, known)).toBe(seen.length);
    }),
  );
});

it('looks when the minutes that it waited for are settled, in the second of its endpoint, and then at the next in turn', () => {
  fc.assert(
    fc.property(time, fc.integer({ min: 1, max: 900 }), endpoint, (now, count, name) => {
      const from = firstWholeMinute(now);
      const look = now + secondsUntilSettled(now, from, count, name) * 1000;
      expect(settledUntil(look)).toBe(from + count * MINUTE_MS);
      expect(Math.floor((look % MINUTE_MS) / 1000) - lookSecond(name)).toBeLessThanOrEqual(1);
      const next = look + secondsUntilNextLook(look, { from, minutes: 1_000 }, name) * 1000;
      expect(settledUntil(next)).toBe(from + nextLook(count, 1_000) * MINUTE_MS);
      // After the end it asks each minute: what is awaited then is late data.
      const late = look + secondsUntilNextLook(look, { from, minutes: count }, name) * 1000;
      expect(settledUntil(late)).toBe(from + (count + 1) * MINUTE_MS);
    }),
  );
});

it('spreads the looks of a hundred endpoints over the minute, and leaves its last quarter for what follows from them', () => {
  const seconds = Array.from({ length: 100 }, (_, index) => lookSecond(`team-${index}`));
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(5);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(45);
  const most = Math.max(...seconds.map((one) => seconds.filter((other) => other === one).length));
  expect(most).toBeLessThanOrEqual(8);
});

describe('the events of a history', () => {
  const planned = (bakes: readonly number[], extendMinutes = 0, watchMinutes = 0) => ({
    steps: bakes.map((bakeMinutes, index) => ({ weight: index + 1, bakeMinutes })),
    extendMinutes,
    watchMinutes,
  });

  it('fit in, with a reserve for retries, for the longest canary of one weight with the longest extension and watch', () => {
    const longest = planned([7 * DAY], 7 * DAY, DAY);
    expect(historyEvents(longest)).toBeLessThanOrEqual(HISTORY_EVENTS - RESERVED_EVENTS);
    expect(tooManyEvents(longest)).toBeUndefined();
  });

  it('do not for fifty weights of three hours: number, limit and what to do are said', () => {
    const many = planned(new Array<number>(50).fill(3 * 60));
    expect(tooManyEvents(many)).toBe(
      `50 steps of 9000 min in all, 0 min of extension and 0 min of watch write ${historyEvents(many)} events to ` +
        "the execution's history; Step Functions ends an execution at 25000, of which 5000 are kept for retries, " +
        'so at most 20000: take fewer steps or shorter bakes',
    );
  });
});
