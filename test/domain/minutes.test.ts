import fc from 'fast-check';
import { chartRange, MOST_POINTS } from '../../lambdas/domain/minutes';

const NOW = Date.parse('2026-11-23T12:34:56.789Z');
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

it.each([
  ['three hours', 0.125, 60],
  ['a day', 1, 900],
  ['a week', 7, 3_600],
  ['a month', 30, 6 * 3_600],
  ['half a year', 178, 86_400],
])('takes the finest period of which %s have few enough', (_, days, seconds) => {
  expect(chartRange(NOW - days * DAY, NOW, NOW).periodSeconds).toBe(seconds);
});

it('takes no period that CloudWatch has thrown away', () => {
  expect(chartRange(NOW - 20 * DAY, NOW - 20 * DAY + 30 * MINUTE, NOW).periodSeconds).toBe(300);
  expect(chartRange(NOW - 100 * DAY, NOW - 100 * DAY + 30 * MINUTE, NOW).periodSeconds).toBe(3_600);
});

it('leaves out the period that is not over, which would look like a loss of traffic', () => {
  const { untilMs } = chartRange(NOW - 180 * MINUTE, NOW, NOW);
  expect(new Date(untilMs).toISOString()).toBe('2026-11-23T12:34:00.000Z');
  // A minute that is over is whole, and something is shown of a range that began just now.
  expect(chartRange(NOW - 180 * MINUTE, NOW - 60 * MINUTE, NOW).untilMs).toBe(Date.parse('2026-11-23T11:35:00Z'));
  expect(chartRange(NOW, NOW, NOW).untilMs).toBe(Date.parse('2026-11-23T12:35:00Z'));
});

it('shows the last days of more than it can show', () => {
  const { fromMs, untilMs } = chartRange(0, NOW, NOW);
  expect((untilMs - fromMs) / DAY).toBeLessThanOrEqual(MOST_POINTS);
  expect(untilMs).toBeGreaterThan(NOW - DAY);
});

it('is whole periods that hold what was asked for, never empty and never too many, whatever was asked for', () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: NOW }), fc.integer({ min: -DAY, max: 800 * DAY }), (start, length) => {
      const { fromMs, untilMs, periodSeconds } = chartRange(start, start + length, NOW);
      const points = (untilMs - fromMs) / 1000 / periodSeconds;
      expect(Number.isInteger(points)).toBe(true);
      expect(points).toBeGreaterThanOrEqual(1);
      expect(points).toBeLessThanOrEqual(MOST_POINTS);
      expect(fromMs % (periodSeconds * 1000)).toBe(0);
      expect(untilMs).toBeGreaterThanOrEqual(Math.min(start + length, NOW - periodSeconds * 1000));
    }),
  ));
