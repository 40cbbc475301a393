import fc from 'fast-check';
import {
  type AnsweredClasses,
  classPairs,
  expectedShift,
  predictionShift,
  shiftInWords,
} from '../../lambdas/domain/prediction-shift';

const rows = (count: number, blue: number, green = blue, favours?: AnsweredClasses['favours']) =>
  Array.from({ length: count }, (): AnsweredClasses => ({ blue, green, favours }));
const name = (index: number) => `class ${index}`;

const row = fc.record({ blue: fc.nat(5), green: fc.nat(5) });
const enough = fc.array(row, { minLength: 20, maxLength: 200 });

/** The definition, class by class and row by row. */
function byDefinition(all: readonly AnsweredClasses[], index: number) {
  const d = all.map(({ blue, green }) => Number(green === index) - Number(blue === index));
  const mean = d.reduce((sum, one) => sum + one, 0) / d.length;
  const meanSquare = d.reduce((sum, one) => sum + one * one, 0) / d.length;
  return { shift: mean, standardError: Math.sqrt(Math.max(0, meanSquare - mean * mean) / d.length) };
}

describe('the shift that green showed', () => {
  it('is the difference of the shares on the same rows, with its paired standard error', () => {
    fc.assert(
      fc.property(enough, (all) => {
        const shown = predictionShift('golden set', all)!;
        expect(shown.classes.map(({ class: index }) => index)).toEqual(
          [...new Set(all.flatMap(({ blue, green }) => [blue, green]))].sort((a, b) => a - b),
        );
        for (const { class: index, shift, standardError } of shown.classes) {
          const wanted = byDefinition(all, index);
          expect(shift).toBeCloseTo(wanted.shift, 12);
          expect(standardError).toBeCloseTo(wanted.standardError, 9);
        }
      }),
    );
  });

  it('is told with what grows, the most first', () => {
    const shown = predictionShift('golden set', [...rows(450, 0), ...rows(40, 0, 7, 'green'), ...rows(10, 0, 3)])!;
    expect(shiftInWords(shown, name)).toBe(
      'class 7 grows by 8 points (standard error 1.21 points; expected, as labels agree), class 3 grows by 2 ' +
        'points (standard error 0.63 points; not expected, as no labels vouch for it) on 500 golden rows',
    );
  });

  it('is none when the answers are alike, and is not known from a handful of rows', () => {
    const shown = predictionShift('captured requests', rows(20, 1))!;
    expect(shown).toEqual({
      source: 'captured requests',
      answers: 20,
      classes: [{ class: 1, shift: 0, standardError: 0 }],
    });
    expect(shiftInWords(shown, name)).toBe('no class grows on 20 captured rows');
    expect(predictionShift('captured requests', rows(19, 1, 2))).toBeUndefined();
  });

  it('leaves out rows that one of the two did not answer', () => {
    expect(classPairs([1, undefined, 2, 3], [1, 1, undefined])).toEqual([{ blue: 1, green: 1 }]);
  });
});

const named = (classes: number) => ({ classNames: Array.from({ length: classes }, (_, index) => String(index)) });

describe('the shift that the judge expects', () => {
  it('is in the order of the baseline, with the rest under "other" and nothing where nothing was seen', () => {
    const shown = predictionShift('golden set', [
      ...rows(80, 0),
      ...rows(10, 0, 3, 'green'),
      ...rows(10, 0, 1_000_000, 'green'),
    ])!;
    const expected = expectedShift(shown, named(3), false)!;
    expect(expected).toMatchObject({ source: 'golden set', answers: 100, labelled: true });
    expect(expected).not.toHaveProperty('approved');
    expect(expected.classes.map(({ shift }) => shift)).toEqual([-0.2, 0, 0.2]);
    expect(expected.classes[2]!.standardError).toBeCloseTo(2 * Math.sqrt((0.1 - 0.01) / 100), 12);
    expect(expectedShift(shown, named(3), true)).toMatchObject({ approved: true });
  });

  it('is nothing for what no label favours, however often it was seen', () => {
    fc.assert(
      fc.property(enough, fc.integer({ min: 1, max: 8 }), (all, classCount) => {
        expect(expectedShift(predictionShift('captured requests', all), named(classCount), true)).toBeUndefined();
      }),
    );
  });

  it.each([
    ['five of five favour green', [5, 0], true],
    ['four of four do', [4, 0], false],
    ['nine of ten do', [9, 1], true],
    ['seven of ten do', [7, 3], false],
    ['sixty of a hundred do', [60, 40], true],
    ['58 of a hundred do', [58, 42], false],
    ['a thousand and a half of two thousand do', [1050, 950], true],
    ['labels favour blue', [3, 30], false],
    ['labels favour neither', [0, 0], false],
  ] as const)('is vouched for or not where %s', (_case, [green, blue], vouched) => {
    const all = [...rows(100, 0), ...rows(20, 0, 1), ...rows(green, 0, 1, 'green'), ...rows(blue, 0, 1, 'blue')];
    expect(expectedShift(predictionShift('golden set', all), named(2), false) !== undefined).toBe(vouched);
  });

  it('is nothing for the class that green grows wrongly, beside one that it grows rightly', () => {
    const all = [...rows(100, 0), ...rows(20, 0, 1, 'green'), ...rows(15, 0, 2, 'blue')];
    const { classes } = expectedShift(predictionShift('golden set', all), named(3), false)!;
    expect(classes.map(({ shift }) => Math.round(shift * 135))).toEqual([0, 20, 0]);
  });

  it('is nothing at all where green is worse on all rows that differ', () => {
    const all = [...rows(100, 0), ...rows(20, 0, 1, 'green'), ...rows(21, 0, 2, 'blue')];
    expect(expectedShift(predictionShift('golden set', all), named(3), false)).toBeUndefined();
  });

  it('is absent when nothing was compared or nothing is counted', () => {
    expect(expectedShift(undefined, named(3), false)).toBeUndefined();
    expect(expectedShift(predictionShift('golden set', rows(20, 0, 1, 'green')), named(0), false)).toBeUndefined();
  });
});
