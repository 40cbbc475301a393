import { percent, points } from '../numbers';
import type { Detection, RowAnswer } from '../row-answer';
import type { GoldenLabel } from '../task';
import {
  type GoldenPairs,
  beyond,
  type Compared,
  DEFAULT_DROP,
  type GoldenLimits,
  SHARE,
  type PairCounts,
  signFlip,
} from './paired-tests';
import { lostOf } from './compare-classes';

/** What a label says is there: something, with its class and its box as far as the label has them. */
interface Thing {
  readonly of: string | undefined;
  readonly box: readonly number[] | undefined;
}

/** Two boxes are of one thing where they share at least half of what they cover together (Everingham et al. 2010). */
const SAME_BOX = 0.5;
/** Boxes of things that both find may cover their labels by so much less, where that is certain. */
const MAX_OVERLAP_LOST = 0.05;
const THRESHOLDS = Array.from({ length: 19 }, (_, step) => (step + 1) / 20);
/** Rows on which the order of a box's numbers and the least score are chosen. */
const ROWS_TO_CHOOSE = 500;

/** How the four numbers of a box are to be read: corners; a corner and its size; a centre and its size. */
const ORDERS = {
  corners: ([a = 0, b = 0, c = 0, d = 0]: readonly number[]) => [a, b, c, d] as const,
  size: ([a = 0, b = 0, w = 0, h = 0]: readonly number[]) => [a, b, a + w, b + h] as const,
  centre: ([a = 0, b = 0, w = 0, h = 0]: readonly number[]) => [a - w / 2, b - h / 2, a + w / 2, b + h / 2] as const,
};
type Order = keyof typeof ORDERS;

interface Read {
  readonly order: Order;
  /** Detections below it are not counted. */
  readonly least: number;
}

/** One side's row beside what is there. */
interface DetectedRow {
  /** Of each thing, how much of it its detection covers; undefined where it was not found. */
  readonly overlaps: readonly (number | undefined)[];
  /** Detections of nothing. */
  readonly alarms: readonly Detection[];
}

/**
 * Things found beside things that are there. A label is a list of boxes, four numbers each and a fifth for the class;
 * of names or numbers of classes; or how many there are. How boxes are written, and from which score on a detection
 * counts, is what fits blue best: so a green whose scores are halved finds half as much to those who use them.
 */
export function compareDetections(
  { labels, green, blue, classNames }: Omit<GoldenPairs, 'labels'> & { readonly labels: readonly GoldenLabel[] },
  limits: GoldenLimits,
): Compared {
  const nameOf = (value: number | string): string =>
    (typeof value === 'number' ? classNames?.[value] : undefined) ?? String(value);
  const truth = thingsOf(labels, nameOf);
  const yardstick = blue?.some((answer) => answer !== undefined) === true ? blue : green;
  const read = readAs(yardstick, truth, nameOf);
  const rowsOf = (side: readonly (RowAnswer | undefined)[]) =>
    side.map((answer, row) => match(answer, truth[row] ?? [], read, nameOf));
  const [greens, blues] = [rowsOf(green), blue && rowsOf(blue)];
  const score = f1(greens);
  const refusals: string[] = [];
  if (score < limits.minAccuracy)
    refusals.push(`F1 of what it finds is ${percent(score)}; the limit minAccuracy is ${percent(limits.minAccuracy)}`);
  if (blues !== undefined && blues.length > 0)
    refusals.push(...worse(greens.slice(0, blues.length), blues, truth, limits, nameOf));
  const things = truth.flat().length;
  const said = (rows: readonly DetectedRow[]) =>
    `F1 ${percent(f1(rows))}, ` +
    `${rows.flatMap(({ overlaps }) => overlaps).filter((one) => one !== undefined).length} of ` +
    `${rows.flatMap(({ overlaps }) => overlaps).length} found from a score of ${read.least} on`;
  return {
    task: 'detection',
    green: said(greens),
    blue: blues && said(blues),
    refusals,
    warnings: [
      ...(things === 0 ? ['no label says that anything is there: it shows false alarms alone'] : []),
      ...(blues !== undefined && things > 0 && f1(blues) < 0.1
        ? [`blue finds next to nothing of what is labelled (F1 ${percent(f1(blues))}): a golden set of another model?`]
        : []),
    ],
  };
}

/** Boxes lie one after the other in a label: what all lengths are multiples of tells how long one is. */
function thingsOf(
  labels: readonly GoldenLabel[],
  nameOf: (value: number | string) => string,
): readonly (readonly Thing[])[] {
  const lengths = labels.flatMap((label) =>
    typeof label === 'object' && typeof label[0] === 'number' ? [label.length] : [],
  );
  const each = ([5, 4] as const).find((size) => lengths.length > 0 && lengths.every((length) => length % size === 0));
  return labels.map((label): readonly Thing[] => {
    if (typeof label === 'number')
      return Array.from({ length: Math.max(0, Math.round(label)) }, () => ({ of: undefined, box: undefined }));
    if (typeof label === 'string') return [{ of: label, box: undefined }];
    if (each === undefined || typeof label[0] === 'string')
      return label.map((of) => ({ of: nameOf(of), box: undefined }));
    const numbers = label as readonly number[];
    return Array.from({ length: numbers.length / each }, (_, thing) => {
      const [a = 0, b = 0, c = 0, d = 0, of] = numbers.slice(thing * each, (thing + 1) * each);
      return { of: of === undefined ? undefined : nameOf(of), box: [a, b, c, d] };
    });
  });
}

/** The order of a box's numbers and the least score with which the side finds most. */
function readAs(
  side: readonly (RowAnswer | undefined)[],
  truth: readonly (readonly Thing[])[],
  nameOf: (value: number | string) => string,
): Read {
  const rows = side.slice(0, ROWS_TO_CHOOSE);
  const orders: readonly Order[] = truth.some((things) => things.some(({ box }) => box !== undefined))
    ? ['corners', 'size', 'centre']
    : ['corners'];
  const [best] = orders
    .flatMap((order) => THRESHOLDS.map((least): Read => ({ order, least })))
    .map((read) => {
      const matched = rows.map((answer, row) => match(answer, truth[row] ?? [], read, nameOf));
      const covered = matched.reduce(
        (sum, { overlaps }) => sum + overlaps.reduce<number>((all, one) => all + (one ?? 0), 0),
        0,
      );
      return { read, good: f1(matched), covered };
    })
    // Among equals the least score that lies nearest to a half: others may be as good on these rows alone.
    .sort(
      (a, b) => b.good - a.good || b.covered - a.covered || Math.abs(a.read.least - 0.5) - Math.abs(b.read.least - 0.5),
    );
  return best?.read ?? { order: 'corners', least: 0.5 };
}

/** The best detections first, each for the thing that it covers most of those that are left. */
function match(
  answer: RowAnswer | undefined,
  things: readonly Thing[],
  { order, least }: Read,
  nameOf: (value: number | string) => string,
): DetectedRow {
  const overlaps: (number | undefined)[] = things.map(() => undefined);
  const alarms: Detection[] = [];
  const counted = [...(answer?.detections?.found ?? [])]
    .filter(({ score }) => score >= least)
    .sort((a, b) => b.score - a.score);
  for (const one of counted) {
    let [best, most] = [-1, 0];
    things.forEach((thing, at) => {
      if (overlaps[at] !== undefined) return;
      const shared = fits(one, thing, order, nameOf);
      if (shared >= SAME_BOX && shared > most) [best, most] = [at, shared];
    });
    if (best < 0) alarms.push(one);
    else overlaps[best] = most;
  }
  return { overlaps, alarms };
}

function fits(one: Detection, thing: Thing, order: Order, nameOf: (value: number | string) => string): number {
  if (thing.of !== undefined && one.of !== undefined && nameOf(one.of) !== thing.of) return 0;
  if (thing.box === undefined) return 1;
  const [a, b] = [ORDERS[order](one.box), ORDERS[order](thing.box)];
  const shared =
    Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const area = ([x, y, right, below]: readonly [number, number, number, number]): number =>
    Math.max(0, right - x) * Math.max(0, below - y);
  const both = area(a) + area(b) - shared;
  return both > 0 ? shared / both : 0;
}

function f1(rows: readonly DetectedRow[]): number {
  const all = rows.flatMap(({ overlaps }) => overlaps);
  const found = all.filter((one) => one !== undefined).length;
  const alarms = rows.reduce((sum, row) => sum + row.alarms.length, 0);
  return all.length + alarms === 0 ? 1 : (2 * found) / (found + alarms + all.length);
}

const wrongIn = ({ overlaps, alarms }: DetectedRow): number =>
  overlaps.filter((one) => one === undefined).length + alarms.length;

function worse(
  green: readonly DetectedRow[],
  blue: readonly DetectedRow[],
  truth: readonly (readonly Thing[])[],
  limits: GoldenLimits,
  nameOf: (value: number | string) => string,
): readonly string[] {
  const refusals: string[] = [];
  const drop = f1(blue) - f1(green);
  // The things of a row hang together, so that rows are what chance deals out.
  const chance = signFlip(green.map((row, at) => wrongIn(row) - wrongIn(blue[at]!)));
  if (beyond(drop, limits.maxAccuracyDrop, DEFAULT_DROP, { of: chance, certain: chance })) {
    const limit = limits.maxAccuracyDrop ?? (drop > DEFAULT_DROP.limit ? DEFAULT_DROP.limit : DEFAULT_DROP.certain);
    refusals.push(
      `F1 of what it finds is ${percent(f1(green))}, ${points(drop)} under blue's ${percent(f1(blue))}; the ` +
        `limit maxAccuracyDrop is ${points(limit)}`,
    );
  }
  const classes = [...new Set(truth.flat().map(({ of }) => of))];
  if (limits.perClass !== false)
    for (const of of classes) {
      const name = of === undefined ? 'all detections' : `class ${of}`;
      const counts = countsOf(green, blue, truth, of, nameOf);
      refusals.push(
        ...lostOf({ name, found: 'found', ...counts }, limits.perClass, SHARE / classes.length).map(
          ({ words }) => words,
        ),
      );
    }
  const lost = truth.flatMap((things, row) => {
    const off = things.flatMap((_, at) => {
      const [own, blues] = [green[row]!.overlaps[at], blue[row]!.overlaps[at]];
      return own === undefined || blues === undefined ? [] : [{ own, blues }];
    });
    return row < blue.length ? off : [];
  });
  const mean = (of: (one: (typeof lost)[number]) => number): number =>
    lost.reduce((sum, one) => sum + of(one), 0) / Math.max(1, lost.length);
  const [own, blues] = [mean((one) => one.own), mean((one) => one.blues)];
  if (blues - own > MAX_OVERLAP_LOST && signFlip(lost.map((one) => one.blues - one.own)) <= SHARE)
    refusals.push(
      `boxes cover ${percent(own)} of what their labels do, blue's ${percent(blues)}; the limit is ` +
        `${percent(MAX_OVERLAP_LOST)} less`,
    );
  return refusals;
}

/** Of a class: things that each side finds, and rows in which it raises more false alarms. */
function countsOf(
  green: readonly DetectedRow[],
  blue: readonly DetectedRow[],
  truth: readonly (readonly Thing[])[],
  of: string | undefined,
  nameOf: (value: number | string) => string,
): { readonly hits: PairCounts; readonly alarms: PairCounts } {
  const hits = { lost: 0, won: 0, green: 0, blue: 0, rows: 0 };
  // The harm is green's, so that places are exchanged.
  const alarms = { lost: 0, won: 0, green: 0, blue: 0, rows: 0 };
  const alarmsOf = (row: DetectedRow): number =>
    row.alarms.filter((one) => of === undefined || (one.of !== undefined && nameOf(one.of) === of)).length;
  blue.forEach((blues, row) => {
    const greens = green[row]!;
    (truth[row] ?? []).forEach((thing, at) => {
      if (thing.of !== of) return;
      const [own, other] = [greens.overlaps[at] !== undefined, blues.overlaps[at] !== undefined];
      hits.rows += 1;
      hits.green += Number(own);
      hits.blue += Number(other);
      hits.lost += Number(other && !own);
      hits.won += Number(own && !other);
    });
    const [own, other] = [alarmsOf(greens), alarmsOf(blues)];
    alarms.blue += own;
    alarms.green += other;
    alarms.rows += Math.max(own, other);
    alarms.lost += Number(own > other);
    alarms.won += Number(other > own);
  });
  return { hits, alarms };
}
