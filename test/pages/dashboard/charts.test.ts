import fc from 'fast-check';
import { drawTimes, timeTicks } from '../../../lambdas/pages/charts/time-chart';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-23T12:00:00Z');
const drawn = (parts: readonly { readonly text: string }[]): string => parts.map(({ text }) => text).join('');
const chart = (points: readonly (readonly [number, number])[], marks: readonly number[] = []): string =>
  drawn(
    drawTimes({
      lines: [{ name: 'blue 1', role: 'blue', points }],
      fromMs: NOW - 60 * MINUTE,
      untilMs: NOW,
      periodMs: MINUTE,
      marks: marks.map((at) => ({ at, name: '10 %' })),
      least: 1,
    }),
  );

it.each([
  [20, ['11:40', '11:45', '11:50', '11:55', '12:00']],
  [180, ['09:00', '10:00', '11:00', '12:00']],
  [4 * 1440, ['11-20', '11-21', '11-22', '11-23']],
])('labels the axis of %s minutes with round times', (minutes, labels) => {
  expect(timeTicks(NOW - minutes * MINUTE, NOW).map(({ label }) => label)).toEqual(labels);
});

it('never labels an axis with more than fits, nor with nothing, however long it is', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600_000 }), (minutes) => {
      const ticks = timeTicks(NOW - minutes * MINUTE, NOW);
      expect(ticks.length).toBeLessThanOrEqual(6);
      expect(ticks.every(({ at }) => at >= NOW - minutes * MINUTE && at <= NOW)).toBe(true);
    }),
  ));

it('breaks a line where nothing was counted', () => {
  const at = (minute: number) => [NOW - minute * MINUTE, 5] as const;
  const path = /<path d="([^"]*)"/.exec(chart([at(30), at(29), at(10), at(9)]))?.[1] ?? '';
  expect(path.match(/M/g)).toHaveLength(2);
  expect(path.match(/L/g)).toHaveLength(2);
});

it('draws a mark at its time, and puts labels that are close below each other, or leaves them out', () => {
  const svg = chart([], [NOW - 30 * MINUTE, NOW - 29 * MINUTE, NOW - 28 * MINUTE, NOW - 27 * MINUTE]);
  // 44 to 312 units are an hour, so that half an hour is at 178.
  expect(svg).toMatch(/<line\s+class="weight-mark"\s+x1="178"\s+x2="178"/);
  expect(svg.match(/<line\s+class="weight-mark"/g)).toHaveLength(4);
  const heights = [...svg.matchAll(/<text\s+class="weight-mark"\s+x="[\d.]+"\s+y="(\d+)"/g)].map(([, y]) => Number(y));
  expect(heights).toEqual([20, 31, 42]);
});

it('draws values of nothing but 0 on the axis', () => {
  expect(
    chart([
      [NOW - MINUTE, 0],
      [NOW, 0],
    ]),
  ).toMatch(/M[\d.]+,192L[\d.]+,192/);
});
