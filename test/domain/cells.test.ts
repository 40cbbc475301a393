import fc from 'fast-check';
import { cellOf, codeOf, LAST_CELL, shareOfCells } from '../../lambdas/domain/cells';
import { distributionOf } from '../../simulator/services/cloudwatch/distribution';
import { type KeptAs, parseStatistic, statisticOf } from '../../simulator/services/cloudwatch/statistic';

const cell = fc.integer({ min: -LAST_CELL, max: LAST_CELL });
const counts = fc.dictionary(
  cell.map(String),
  fc.integer({ min: 1, max: 10_000 }),
  { minKeys: 1, maxKeys: 60 }, //
);
const range = fc.tuple(cell, cell).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

const emitted = (cells: Readonly<Record<string, number>>) =>
  distributionOf([new Map(Object.entries(cells).map(([one, count]) => [codeOf(Number(one)), count]))]);

describe.each(['values', 'bins'] as const satisfies readonly KeptAs[])('where CloudWatch keeps %s', (kept) => {
  it('the share of any cells is exact', () => {
    fc.assert(
      fc.property(counts, range, (cells, [from, to]) => {
        const distribution = emitted(cells);
        const inside = Object.entries(cells).filter(([one]) => Number(one) >= from && Number(one) <= to);
        const expected = inside.reduce((sum, [, count]) => sum + count, 0);
        const share = statisticOf(distribution, parseStatistic(shareOfCells([from, to]))!, kept)!;
        expect(Math.round((share * distribution.count) / 100)).toBe(expected);
        expect((share * distribution.count) / 100).toBeCloseTo(expected, 5);
      }),
    );
  });

  it('neighbours of a thousand classes are told apart, unknown labels among them', () => {
    const cells = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [index, index + 1]));
    const distribution = emitted(cells);
    for (let index = 0; index <= 1_000; index += 1) {
      const share = statisticOf(distribution, parseStatistic(shareOfCells([index, index]))!, kept)!;
      expect(Math.round((share * distribution.count) / 100)).toBe(index + 1);
    }
  });

  it('a quantile is that of the cells', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 99 }), (cells, percent) => {
        const distribution = emitted(cells);
        const sorted = Object.keys(cells)
          .map(Number)
          .sort((a, b) => a - b);
        let seen = 0;
        const expected = sorted.find(
          (one) => (seen += cells[one]!) >= (percent / 100) * distribution.count - 1e-9, //
        );
        expect(cellOf(statisticOf(distribution, parseStatistic(`p${percent}`)!, kept)!)).toBe(expected);
      }),
    );
  });
});

it('no bin of 10 % holds two cells or is cut by the bound between them, wherever bins begin', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -LAST_CELL, max: LAST_CELL - 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (one, offset) => {
        const binOf = (value: number) => Math.floor(Math.log(value) / Math.log(1.1) + offset);
        const endOf = (value: number) => 1.1 ** (binOf(value) + 1 - offset);
        const beginOf = (value: number) => 1.1 ** (binOf(value) - offset);
        const bound = Number(/:(.*)\)$/.exec(shareOfCells([one, one]))![1]);
        expect(endOf(codeOf(one))).toBeLessThan(bound);
        expect(beginOf(codeOf(one + 1))).toBeGreaterThan(bound);
      },
    ),
    { numRuns: 2_000 },
  );
});

it('values and statistics are such as CloudWatch takes', () => {
  // The pattern of `Stat` in CloudWatch's API reference, and its greatest and least value.
  const pattern = /^PR\((\d+(\.\d{0,10})?([Ee][+-]?\d+)?)?:(\d+(\.\d{0,10})?([Ee][+-]?\d+)?)?\)$/;
  for (let one = -LAST_CELL; one <= LAST_CELL; one += 1) {
    expect(codeOf(one)).toBeGreaterThan(8.51592e-109);
    expect(codeOf(one)).toBeLessThan(1.174271e108);
    const statistic = shareOfCells([one, one]);
    expect(statistic).toMatch(pattern);
    expect(statistic.length).toBeLessThanOrEqual(50);
  }
});
