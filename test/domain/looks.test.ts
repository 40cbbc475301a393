import fc from 'fast-check';
import {
  HISTORY_EVENTS,
  historyEvents,
  looksIn,
  lookSecond,
  lookThatSees,
  nextLook,
  RESERVED_EVENTS,
  secondsUntilNextLook,
  secondsUntilSettled,
  tooManyEvents,
} from '../../lambdas/domain/looks';
import { firstWholeMinute, MINUTE_MS, settledUntil } from '../../lambdas/domain/minutes';

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
