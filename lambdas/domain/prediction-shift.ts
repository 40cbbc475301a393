import type { ExpectedShift } from './evidence';
import { points } from './numbers';

/**
 * How green answers otherwise than blue on the very same requests. A better model differs, so the prediction gate must
 * expect what was seen before any traffic moved, and nothing else: what comes on top of it was not verified.
 */
export interface PredictionShift {
  readonly source: ExpectedShift['source'];
  /** Rows that both versions answered. */
  readonly answers: number;
  /** Ascending by class index (or score bin); the classes that either version answered. */
  readonly classes: readonly ClassShift[];
}

export interface ClassShift {
  readonly class: number;
  /** Green's share of answers minus blue's, -1 to 1. */
  readonly shift: number;
  readonly standardError: number;
}

/** The class indices of one row. */
export interface AnsweredClasses {
  readonly blue: number;
  readonly green: number;
}

/** The rows that both versions answered with something that is counted. */
export const classPairs = (
  blue: readonly (number | undefined)[],
  green: readonly (number | undefined)[],
): readonly AnsweredClasses[] =>
  blue.flatMap((one, row) => {
    const other = green[row];
    return one === undefined || other === undefined ? [] : [{ blue: one, green: other }];
  });

/** From fewer rows a standard error says nothing: one row that differs would let a class grow without any limit. */
const MIN_ANSWERS = 20;

/**
 * Per class the mean of d = [green = class] - [blue = class] over the rows, and its paired standard error
 * sqrt((mean d^2 - (mean d)^2) / n): McNemar's comparison of two shares on the same subjects (Psychometrika 12, 1947).
 * Undefined when there are too few rows.
 */
export function predictionShift(
  source: PredictionShift['source'],
  rows: readonly AnsweredClasses[],
): PredictionShift | undefined {
  const answers = rows.length;
  if (answers < MIN_ANSWERS) return undefined;
  const counts = new Map<number, { gained: number; lost: number }>();
  const of = (index: number) => {
    const known = counts.get(index) ?? { gained: 0, lost: 0 };
    counts.set(index, known);
    return known;
  };
  for (const { blue, green } of rows) {
    const differs = blue === green ? 0 : 1;
    of(blue).lost += differs;
    of(green).gained += differs;
  }
  const classes = [...counts].map(([index, { gained, lost }]) => {
    const shift = (gained - lost) / answers;
    const variance = Math.max(0, (gained + lost) / answers - shift ** 2);
    return { class: index, shift, standardError: Math.sqrt(variance / answers) };
  });
  return { source, answers, classes: classes.sort((a, b) => a.class - b.class) };
}

/**
 * The same in the order of the baseline's classes: indices 0 to n - 2, and last "other", which is all beyond. A class
 * that was not seen is expected to stay where it is. Undefined when nothing is expected or no class is counted.
 */
export function expectedShift(shown: PredictionShift | undefined, classCount: number): ExpectedShift | undefined {
  if (shown === undefined || classCount === 0) return undefined;
  const classes = Array.from({ length: classCount }, () => ({ shift: 0, standardError: 0 }));
  for (const { class: index, shift, standardError } of shown.classes) {
    const one = classes[Math.min(index, classCount - 1)]!;
    one.shift += shift;
    // Classes that fall together: their sum's standard error is at most the sum of theirs, however they hang together.
    one.standardError += standardError;
  }
  return { source: shown.source, answers: shown.answers, classes };
}

/** Growth below this is not worth a word: half of a tenth of a point. */
const WORTH_TELLING = 0.0005;
const MOST_TOLD = 3;

/** "class 7 expected to grow by 8.0 points (standard error 0.9) as on 500 golden rows". */
export function shiftInWords({ source, answers, classes }: PredictionShift, nameOf: (index: number) => string): string {
  const where = source === 'golden set' ? `${answers} golden rows` : `${answers} captured rows`;
  const growing = classes.filter(({ shift }) => shift >= WORTH_TELLING).sort((a, b) => b.shift - a.shift);
  if (growing.length === 0) return `no class expected to grow as on ${where}`;
  const told = growing
    .slice(0, MOST_TOLD)
    .map(
      ({ class: index, shift, standardError }) =>
        `${nameOf(index)} expected to grow by ${points(shift)} (standard error ${points(standardError)})`,
    );
  const more = growing.length > MOST_TOLD ? `, ${growing.length - MOST_TOLD} more by less` : '';
  return `${told.join(', ')}${more} as on ${where}`;
}
