import { milliseconds, roughly } from '../../numbers';
import { answered, numbersOf, type Pair, type PairedSide } from './pair';

/** More are not read. */
const MOST = 10;

/** What two answers to one request can differ in. */
type Kind = 'errors' | 'predictions' | 'latency' | 'accuracy';

/**
 * The requests on which the versions differ most: first what the gate that decided is about, and the request that
 * decided by itself before all others; then failures, other classes, the largest differences of numbers, and the
 * slowest.
 */
export function differing(pairs: readonly Pair[], decided?: Kind): readonly Pair[] {
  return pairs
    .map((pair) => ({ pair, weight: weightOf(pair, decided) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MOST)
    .map(({ pair }) => pair);
}

/** Where a request is kept, what may be shown of it, and what both versions answered. */
export function differenceInWords({ request, blue, green }: Pair, shown?: string): string {
  const [ofBlue, ofGreen] = told(blue, green);
  return (
    `${request} (${shown === undefined ? '' : `${shown}; `}blue ${said(blue, ofBlue)}, green ` +
    `${said(green, ofGreen)})`
  );
}

/**
 * Of two answers what tells them apart: their classes, else their numbers; where both are the same, the first that
 * there is.
 */
function told(blue: PairedSide, green: PairedSide): readonly [string | undefined, string | undefined] {
  const kinds = KINDS_OF_ANSWER.map((kind) => [kind(blue), kind(green)] as const);
  return (
    kinds.find(([one, other]) => one !== other) ?? kinds.find(([one]) => one !== undefined) ?? [undefined, undefined]
  );
}

const KINDS_OF_ANSWER: readonly ((side: PairedSide) => string | undefined)[] = [
  ({ classes, labels }) =>
    (classes ?? labels?.map((row) => `{${row.slice(0, 5).join(',')}}`))?.slice(0, 3).join(' ') || undefined,
  ({ scores }) => scores?.slice(0, 3).map(roughly).join(' ') || undefined,
  (side) =>
    numbersOf(side)
      .map(([name, [first = NaN]]) => `${name} ${roughly(first)}`)
      .slice(0, 2)
      .join(' ') || undefined,
];

/** So many are named where there is room for a sentence only. */
const NAMED = 3;

/** For a sentence: the first three, and how many more the report has. */
export function differingInWords(most: readonly string[]): string {
  if (most.length === 0) return '';
  const more = most.length - NAMED;
  const others = more > 0 ? `, and ${more} more in the report` : '';
  return `; they differ most on ${most.slice(0, NAMED).join(', ')}${others}`;
}

/**
 * Shorter delays are tolerated by the gate of latency, whatever blue takes; below a millisecond twice the time is
 * noise.
 */
const LEAST_DELAY_MS = 2;

/**
 * Where green is worse by the gate that decided goes before all else; then a failure before any other answer, that
 * before any number, that before a delay to twice the time.
 */
function weightOf(pair: Pair, decided: Kind | undefined): number {
  const { blue, green } = pair;
  const lost: Readonly<Record<Kind, number>> = {
    errors: green.failed > blue.failed ? failuresOf(pair) : 0,
    predictions: answersOf(pair),
    latency: delayOf(pair),
    accuracy: (green.loss ?? 0) - (blue.loss ?? 0),
  };
  const first = decided === undefined ? 0 : lost[decided];
  if (first > 0) return 4 + first / (1 + first);
  const slow = (green.ms ?? 0) > Math.max(2 * (blue.ms ?? Infinity), (blue.ms ?? 0) + LEAST_DELAY_MS);
  return failuresOf(pair) || answersOf(pair) || (slow ? delayOf(pair) : 0);
}

/** What failed each time is more than what failed at three tries of three. */
function failuresOf({ blue, green, eachOf = 0 }: Pair): number {
  const failed = Math.abs(green.failed - blue.failed);
  return failed > 0 ? 3 + (failed + eachOf) / (1 + failed + eachOf) : 0;
}

function answersOf({ blue, green }: Pair): number {
  if (!answered(blue) || !answered(green)) return 0;
  const rows = blue.classes ?? blue.labels ?? [];
  const others = green.classes ?? green.labels;
  const moved = rows.filter((one, row) => String(one) !== String(others?.[row] ?? null)).length;
  if (moved > 0) return 2 + moved / rows.length;
  const ofGreen = new Map(numbersOf(green));
  const far = Math.max(
    0,
    ...numbersOf(blue).flatMap(([name, numbers]) =>
      numbers.map((one, row) => Math.abs(one - (ofGreen.get(name)?.[row] ?? one))),
    ),
  );
  return far > 0 ? 1 + far / (1 + far) : 0;
}

/** Of a second and more the order is kept, and all are below 1. */
function delayOf({ blue, green }: Pair): number {
  const slower = (green.ms ?? 0) - (blue.ms ?? Infinity);
  return slower > 0 ? slower / (1000 + slower) : 0;
}

function said({ failed, ms, said: words }: PairedSide, answer: string | undefined): string {
  const why = words === undefined ? '' : `: ${words}`;
  if (failed > 0) return failed === 1 ? `failed${why}` : `failed ${Math.round(failed * 3)} of 3 times${why}`;
  const took = ms === undefined ? '' : ` in ${milliseconds(ms)}`;
  return answer === undefined ? `answered${took}` : `${answer}${took}`;
}
