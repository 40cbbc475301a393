import type { Baseline, ExpectedShift } from './evidence';
import { points } from './numbers';

/**
 * How green answers otherwise than blue on the very same requests. A better model differs, so the prediction gate
 * expects what labels showed to be right before any traffic moved, and nothing else: what was merely seen excuses
 * nothing, as a broken model shows its damage in verification just as it does to users.
 */
export interface PredictionShift {
  readonly source: ExpectedShift['source'];
  /** Rows that both versions answered. */
  readonly answers: number;
  /** Ascending by class index; the classes that either version answered. */
  readonly classes: readonly ClassShift[];
}

export interface ClassShift {
  readonly class: number;
  /** Green's share of answers minus blue's, -1 to 1. */
  readonly shift: number;
  readonly standardError: number;
  /** Labels show that green is right to say it more often, or less. */
  readonly vouched?: true | undefined;
}

/** The class indices of one row. */
export interface AnsweredClasses {
  readonly blue: number;
  readonly green: number;
  /** Whose answer the row's label favours; absent without a label, or where both are right or both wrong. */
  readonly favours?: 'blue' | 'green' | undefined;
}

/** The rows that both versions answered with something that is counted. */
export const classPairs = (
  blue: readonly (number | undefined)[],
  green: readonly (number | undefined)[],
  favours: (row: number) => AnsweredClasses['favours'] = () => undefined,
): readonly AnsweredClasses[] =>
  blue.flatMap((one, row) => {
    const other = green[row];
    return one === undefined || other === undefined ? [] : [{ blue: one, green: other, favours: favours(row) }];
  });

/** From fewer rows a standard error says nothing: one row that differs would let a class grow without any limit. */
const MIN_ANSWERS = 20;

/** Rows that differ, by whom their labels favour. */
interface Favoured {
  readonly green: number;
  readonly blue: number;
}

/** One-sided, as the shift's own bound. Five rows of five are the fewest that show it: 1/32. */
const LARGEST_CHANCE = 0.05;

/**
 * Do labels show that green is at least as good on these rows? The exact paired test of McNemar 1947: if green were the
 * worse one, each row that favours either would favour green with a chance of at most 1/2, so
 * P(at least so many of n favour green) <= sum_(k >= green) C(n, k) / 2^n.
 */
function shownAsGood({ green, blue }: Favoured): boolean {
  const n = green + blue;
  let logTerm = -n * Math.LN2; // of k = n, and downwards C(n, k - 1) = C(n, k) k / (n - k + 1)
  let chance = Math.exp(logTerm);
  for (let k = n; k > green; k--) {
    logTerm += Math.log(k / (n - k + 1));
    chance += Math.exp(logTerm);
  }
  return chance <= LARGEST_CHANCE;
}

/**
 * Per class the mean of d = [green = class] - [blue = class] over the rows, and its paired standard error
 * sqrt((mean d^2 - (mean d)^2) / n): McNemar's comparison of two shares on the same subjects (Psychometrika 12, 1947).
 * A class is vouched for where labels favour green on the rows that it gained (or lost, if it shrank), and green is
 * no worse on all rows that differ. Undefined when there are too few rows.
 */
export function predictionShift(
  source: PredictionShift['source'],
  rows: readonly AnsweredClasses[],
): PredictionShift | undefined {
  const answers = rows.length;
  if (answers < MIN_ANSWERS) return undefined;
  const differing = rows.filter(({ blue, green }) => blue !== green);
  const favouredIn = (some: readonly AnsweredClasses[]): Favoured => ({
    green: some.filter(({ favours }) => favours === 'green').length,
    blue: some.filter(({ favours }) => favours === 'blue').length,
  });
  const overall = favouredIn(differing);
  const gainedBy = grouped(differing, ({ green }) => green);
  const lostBy = grouped(differing, ({ blue }) => blue);
  const answered = [...new Set(rows.flatMap(({ blue, green }) => [blue, green]))].sort((a, b) => a - b);
  const classes = answered.map((index): ClassShift => {
    const gained = gainedBy.get(index) ?? [];
    const lost = lostBy.get(index) ?? [];
    const shift = (gained.length - lost.length) / answers;
    const variance = Math.max(0, (gained.length + lost.length) / answers - shift ** 2);
    const vouched = overall.green >= overall.blue && shownAsGood(favouredIn(shift > 0 ? gained : lost));
    return {
      class: index,
      shift,
      standardError: Math.sqrt(variance / answers),
      ...(vouched && shift !== 0 && { vouched }),
    };
  });
  return { source, answers, classes };
}

function grouped(
  rows: readonly AnsweredClasses[],
  by: (row: AnsweredClasses) => number,
): ReadonlyMap<number, readonly AnsweredClasses[]> {
  const groups = new Map<number, AnsweredClasses[]>();
  for (const row of rows) {
    const group = groups.get(by(row));
    if (group) group.push(row);
    else groups.set(by(row), [row]);
  }
  return groups;
}

/**
 * What labels vouch for, in the order of the baseline's classes; what is none of these is "other", the last of its
 * measure. Of any other measure nothing is expected. Undefined when they vouch for nothing or no class is counted.
 *
 * @param approved a person must agree before promotion, and sees the shift: it may be of any size
 */
export function expectedShift(
  shown: PredictionShift | undefined,
  baseline: Pick<Baseline, 'classNames' | 'measures'>,
  approved: boolean,
): ExpectedShift | undefined {
  const vouched = shown?.classes.filter((one) => one.vouched === true) ?? [];
  const placeOf = placesOfClasses(baseline);
  if (shown === undefined || placeOf === undefined || vouched.length === 0) return undefined;
  const classes = baseline.classNames.map(() => ({ shift: 0, standardError: 0 }));
  for (const { class: index, shift, standardError } of vouched) {
    const one = classes[placeOf(index)]!;
    one.shift += shift;
    // Classes that fall together: their sum's standard error is at most the sum of theirs, however they hang together.
    one.standardError += standardError;
  }
  return { source: shown.source, answers: shown.answers, labelled: true, ...(approved && { approved }), classes };
}

/** Where a class's index is counted; undefined where classes are not. */
function placesOfClasses({
  classNames,
  measures,
}: Pick<Baseline, 'classNames' | 'measures'>): ((index: number) => number) | undefined {
  const last = classNames.length - 1;
  if (measures === undefined) return last < 0 ? undefined : (index) => Math.min(index, last);
  const at = measures.findIndex(({ name }) => name === 'class');
  const { blue = [] } = measures[at] ?? {};
  if (at < 0) return undefined;
  const from = measures.slice(0, at).reduce((sum, one) => sum + one.blue.length + 1, 0);
  return (index) => {
    const found = blue.findIndex((range) => range !== null && range[0] <= index && index <= range[1]);
    // A name that green alone has: names are in the order of their indices, green's own last.
    const own = found < 0 && blue[index] === null ? index : found;
    return from + (own < 0 ? blue.length : own);
  };
}

/** Growth below this is not worth a word: half of a tenth of a point. */
const WORTH_TELLING = 0.0005;
const MOST_TOLD = 3;

/** "class 7 grows by 8.0 points (standard error 0.9, labels agree) on 500 golden rows". */
export function shiftInWords({ source, answers, classes }: PredictionShift, nameOf: (index: number) => string): string {
  const where = source === 'golden set' ? `${answers} golden rows` : `${answers} captured rows`;
  const growing = classes.filter(({ shift }) => shift >= WORTH_TELLING).sort((a, b) => b.shift - a.shift);
  if (growing.length === 0) return `no class grows on ${where}`;
  const told = growing
    .slice(0, MOST_TOLD)
    .map(
      ({ class: index, shift, standardError, vouched }) =>
        `${nameOf(index)} grows by ${points(shift)} (standard error ${points(standardError)}; ` +
        `${vouched ? 'expected, as labels agree' : 'not expected, as no labels vouch for it'})`,
    );
  const more = growing.length > MOST_TOLD ? `, ${growing.length - MOST_TOLD} more by less` : '';
  return `${told.join(', ')}${more} on ${where}`;
}
