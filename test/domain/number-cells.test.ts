import fc from 'fast-check';
import { LAST_CELL } from '../../lambdas/domain/cells';
import { cellOfNumber, evenChances, rangeInWords, rangesAt } from '../../lambdas/domain/measures/measures';

const number = fc.double({ noNaN: true, noDefaultInfinity: true });

it('puts a larger number into no lower cell, a negative one among those below 0', () => {
  fc.assert(
    fc.property(number, number, fc.double({ min: 0, max: 0.999, noNaN: true }), (one, other, u) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      // A mirrored grid is one cell off where chance is mirrored too.
      expect(cellOfNumber(low, u)).toBeLessThanOrEqual(cellOfNumber(high, u) + Number(low < 0 && high < 0));
      expect(Math.abs(cellOfNumber(one, u))).toBeLessThanOrEqual(LAST_CELL);
      expect(cellOfNumber(one, u) < 0).toBe(one < 0);
    }),
  );
});

it('is the grid that the Python example has as well', () => {
  const cells = [0, 1e-9, 0.01, 0.5, 0.98, 1, 3, 130_226, 1e13, 1e300, -0.3, -7].map((value) =>
    cellOfNumber(value, 0.5),
  );
  expect(cells).toEqual([0, 0, 126, 175, 215, 350, 377, 644, 1098, 1099, -169, -399]);
});

it('tells a shift within a cell by the shares of its neighbours', () => {
  const chance = evenChances();
  const shareAbove = (value: number) => {
    const cells = Array.from({ length: 1_000 }, () => cellOfNumber(value, chance()));
    return cells.filter((cell) => cell > cellOfNumber(290, 0)).length / 1_000;
  };
  // 4 % of 290 are 11.6: half a point of 290 is an eighth of a cell.
  expect(shareAbove(291.45) - shareAbove(290)).toBeCloseTo(0.125, 2);
});

it('makes of quantiles ranges that cover every cell once, and stand alone where many answers are one', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -LAST_CELL, max: LAST_CELL }), { minLength: 1, maxLength: 12 }), (some) => {
      const ranges = rangesAt(
        [...some].sort((a, b) => a - b),
        'numbers',
      );
      expect(ranges[0]![0]).toBe(-LAST_CELL);
      expect(ranges.at(-1)![1]).toBe(LAST_CELL);
      ranges.slice(1).forEach(([from], index) => expect(from).toBe(ranges[index]![1] + 1));
      ranges.forEach(([from, to]) => expect(to).toBeGreaterThanOrEqual(from));
    }),
  );
  expect(rangesAt([3, 5, 5, 5, 30], 'numbers')).toEqual([
    [-LAST_CELL, 3],
    [4, 4],
    [5, 8],
    [9, 30],
    [31, LAST_CELL],
  ]);
});

it.each([
  ['a value of which chance puts a little into a second cell', [10, 40, 40, 40, 41], [37, 44]],
  ['a value among others', [10, 40, 40, 40, 43], [37, 41]],
  ['a value that chance puts into two cells', [10, 40, 40, 41, 41], [37, 44]],
  ['a value far from the others', [10, 40, 40, 90], [37, 43]],
  ['values near each other, half way', [10, 40, 40, 44, 44], [37, 42]],
])('gives %s a range in which it may move a little', (_, quantiles, range) => {
  expect(rangesAt(quantiles, 'numbers')).toContainEqual(range);
});

it('leaves indices of classes as they are', () => {
  expect(rangesAt([40, 40, 41, 41], 'classes').slice(1, -1)).toEqual([
    [40, 40],
    [41, 41],
  ]);
});

it('keeps apart the cells of numbers that lie close together', () => {
  const three = [
    [40, 40],
    [41, 41],
    [42, 42],
  ];
  expect(rangesAt([40, 40, 41, 41, 42, 42], 'numbers').slice(1, -1)).toEqual(three);
  expect(rangesAt([10, 40, 40, 41, 41, 42, 42], 'numbers').slice(-4, -1)).toEqual(three);
  expect(rangesAt([40, 40, 41, 41], 'numbers').slice(1, -1)).toEqual(three.slice(0, 2));
});

it('says in which numbers a range begins and ends', () => {
  const say = (from: number, to: number) => rangeInWords('score', [from, to]);
  expect(say(644, 651)).toBe('score 128,027 to 176,310');
  expect(say(-LAST_CELL, 125)).toMatch(/^score below 0\.00\d+$/);
  expect(say(215, 349)).toBe('score 0.979619 to 1');
  expect(say(-400, -351)).toMatch(/^score -7\.389 to -1$/);
  expect(say(700, LAST_CELL)).toMatch(/^score from [\d,]+ on$/);
});
