import fc from 'fast-check';
import { evidence, percent, signedPoints } from '../../../lambdas/domain/numbers';
import { frame, spread, drawLines } from '../../../lambdas/pages/charts/frame';
import { drawWeights } from '../../../lambdas/pages/report/sections/weights';

const drawn = (parts: readonly { readonly text: string }[]): string => parts.map(({ text }) => text).join('');
const line = (values: readonly number[]) => ({
  ...{ name: 'all gates', style: 0 },
  points: values.map((value, index) => [index + 1, value] as const),
});
const chart = (values: readonly number[]) =>
  drawn(
    drawLines({
      lines: [line(values)],
      limit: { value: 4.6, name: 'stop 99 %' },
      xLabel: 'minutes',
      yTicks: [],
      gaps: [],
    }),
  );

/** Heights of a drawn line's points, and of the limit. */
const heights = (svg: string): readonly number[] => [...svg.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
const limitHeight = (svg: string): number =>
  Number(/class="limit"[^>]* y1="([\d.]+)"/.exec(svg.replace(/\s+/g, ' '))?.[1]);

test('a value is drawn above the limit when it is above the limit, however large or small the others are', () =>
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }),
      (values) => {
        const svg = chart(values);
        const limit = limitHeight(svg);
        const found = heights(svg);
        expect(found).toHaveLength(values.length);
        // A tenth of a unit is what is drawn.
        values.forEach((value, index) => {
          if (value > 4.8) expect(found[index]).toBeLessThan(limit);
          if (value < 4.4) expect(found[index]).toBeGreaterThan(limit);
          expect(found[index]).toBeGreaterThanOrEqual(0);
        });
      },
    ),
  ));

test('a week of minutes is thinned, and its one minute above the limit is still there', () => {
  const values = Array.from({ length: 10_000 }, (_, minute) => (minute === 7_777 ? 5 : 0));
  const svg = chart(values);
  expect(heights(svg).length).toBeLessThanOrEqual(300);
  expect(Math.min(...heights(svg))).toBeLessThan(limitHeight(svg));
});

test('labels never lie on each other and stay within the drawing', () =>
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 10 }), (wanted) => {
      const placed = [...spread(wanted, 0, 200)].sort((a, b) => a - b);
      expect(placed[0]).toBeGreaterThanOrEqual(0);
      expect(placed.at(-1)).toBeLessThanOrEqual(200);
      placed.slice(1).forEach((at, index) => expect(at - placed[index]!).toBeGreaterThanOrEqual(14.99));
    }),
  ));

test('weights are steps: each holds until the next', () => {
  const svg = drawn(
    drawWeights(
      [
        { minute: 1, weight: 10 },
        { minute: 6, weight: 100 },
      ],
      10,
    ),
  );
  const on = frame({ x: [0, 10], y: [0, 100], xLabel: '' });
  const corners = [
    [0, 0],
    [1, 0],
    [1, 10],
    [6, 10],
    [6, 100],
    [10, 100],
  ] as const;
  const rounded = (value: number) => Math.round(value * 10) / 10;
  const expected = corners.map(([x, y]) => `${rounded(on.x(x))},${rounded(on.y(y))}`);
  const shape = /class="weight"\s+d="([^"]*)"/.exec(svg)?.[1] ?? '';
  expect(shape.slice(1).split('L')).toEqual(expected);
});

test.each([
  [percent(0.0512), '5.1 %'],
  [percent(0.512), '51.2 %'],
  [percent(0), '0 %'],
  [signedPoints(0.0012), '+0.12'],
  [signedPoints(-0.25), '−25'],
  [evidence(-0.04), '0.0'],
  [evidence(-3.21), '−3.2'],
])('numbers are written as people read them: %s', (written, expected) => expect(written).toBe(expected));
