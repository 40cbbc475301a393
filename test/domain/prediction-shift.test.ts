import fc from 'fast-check';
import {
  type AnsweredClasses,
  classPairs,
  expectedShift,
  predictionShift,
  shiftInWords,
} from '../../lambdas/domain/prediction-shift';

const rows = (count: number, blue: number, green = blue) =>
  Array.from({ length: count }, (): AnsweredClasses => ({ blue, green }));
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
    const shown = predictionShift('golden set', [...rows(450, 0), ...rows(40, 0, 7), ...rows(10, 0, 3)])!;
    expect(shiftInWords(shown, name)).toBe(
      'class 7 expected to grow by 8 points (standard error 1.21 points), class 3 expected to grow by 2 points (standard error 0.63 points) as on 500 golden rows',
    );
  });

  it('is none when the answers are alike, and is not known from a handful of rows', () => {
    const shown = predictionShift('captured requests', rows(20, 1))!;
    expect(shown).toEqual({
      source: 'captured requests',
      answers: 20,
      classes: [{ class: 1, shift: 0, standardError: 0 }],
    });
    expect(shiftInWords(shown, name)).toBe('no class expected to grow as on 20 captured rows');
    expect(predictionShift('captured requests', rows(19, 1, 2))).toBeUndefined();
  });

  it('leaves out rows that one of the two did not answer', () => {
    expect(classPairs([1, undefined, 2, 3], [1, 1, undefined])).toEqual([{ blue: 1, green: 1 }]);
  });
});

describe('the shift that the judge expects', () => {
  it('is in the order of the baseline, with the rest under "other" and nothing where nothing was seen', () => {
    const shown = predictionShift('golden set', [...rows(80, 0), ...rows(10, 0, 3), ...rows(10, 0, 1_000_000)])!;
    const expected = expectedShift(shown, 3)!;
    expect(expected).toMatchObject({ source: 'golden set', answers: 100 });
    expect(expected.classes.map(({ shift }) => shift)).toEqual([-0.2, 0, 0.2]);
    expect(expected.classes[2]!.standardError).toBeCloseTo(2 * Math.sqrt((0.1 - 0.01) / 100), 12);
  });

  it('adds up to nothing, however the classes are named', () => {
    fc.assert(
      fc.property(enough, fc.integer({ min: 1, max: 8 }), (all, classCount) => {
        const { classes } = expectedShift(predictionShift('golden set', all), classCount)!;
        expect(classes).toHaveLength(classCount);
        expect(classes.reduce((sum, { shift }) => sum + shift, 0)).toBeCloseTo(0, 12);
      }),
    );
  });

  it('is absent when nothing was compared or nothing is counted', () => {
    expect(expectedShift(undefined, 3)).toBeUndefined();
    expect(expectedShift(predictionShift('golden set', rows(20, 1)), 0)).toBeUndefined();
  });
});
