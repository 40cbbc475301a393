import type { ModelTask } from '../task';
import { type CellRange, LAST_CELL } from '../cells';
import { count } from '../numbers';

/**
 * What an answer says, in numbers: a class, the labels it gives, or a number. Each is a metric of its own, of one or
 * two letters, as users pay for each byte of each request. Names are what people read, and metadata tells.
 */
export interface Measure {
  readonly name: string;
  readonly metric: string;
  /**
   * Class: one index a row. Labels: an index for each that is given, and `ROW_CELL` once a row. Number: see
   * `number-cells.ts`.
   */
  readonly kind: 'class' | 'labels' | 'number';
}

const METRIC_OF = {
  class: 'A',
  label: 'L',
  labels: 'L1',
  score: 'S',
  first: 'S1',
  mean: 'S2',
  last: 'S3',
  largest: 'S4',
  detections: 'D',
  best: 'D1',
  norm: 'P',
  projection1: 'P1',
  projection2: 'P2',
  projection3: 'P3',
} as const;
export type BuiltInMeasure = keyof typeof METRIC_OF;

const isBuiltIn = (name: string): name is BuiltInMeasure => Object.hasOwn(METRIC_OF, name);

/** Also of one that the settings name. */
export function measureNamed(name: string): Measure {
  if (!isBuiltIn(name)) return { name, metric: `X${name}`, kind: 'number' };
  return { name, metric: METRIC_OF[name], kind: name === 'class' ? 'class' : name === 'label' ? 'labels' : 'number' };
}

export const BUILT_IN_MEASURES: readonly string[] = Object.keys(METRIC_OF);

const EMBEDDING = ['norm', 'projection1', 'projection2', 'projection3', 'largest'] as const;
const VECTOR = ['first', 'mean', 'last', 'largest'] as const;

/**
 * Whether what is compared are the numbers of a row: where its answers stand beside each other, each of its places can
 * be.
 */
export const isOfVector = (compared: readonly string[]): boolean =>
  compared.includes('first') && compared.includes('last');

/** Whether they may be scores of classes as well. */
export const isOpenVector = (agreed: { readonly measures: readonly string[] } | undefined): boolean =>
  agreed?.measures.includes('class') === true && isOfVector(agreed.measures);

/** Measures of a row that its places, each by itself, say more of. */
export const saidByPlaces = (name: string): boolean =>
  isBuiltIn(name) && (name === 'class' || name === 'norm' || VECTOR.some((one) => one === name));

/** What can be said of a model's outputs before any answer. */
export interface OutputsSeen {
  /** A class is said: an integer, or a text that has names. */
  readonly label: boolean;
  /** It is a whole number without any score beside it, which may be an amount; or a row of them beside one number. */
  readonly amount: boolean;
  /** A vector a row, and what its last operator makes of it. */
  readonly vector: 'shares' | 'labels' | 'numbers' | undefined;
  /** A row of whole numbers beside it, as wide: it may say of each label whether it is given. */
  readonly beside: boolean;
  /** One number a row. */
  readonly single: boolean;
  /** Numbers of more dimensions. */
  readonly tensor: boolean;
  /** Boxes and their scores, by their names. */
  readonly boxes: boolean;
}

/**
 * The measures of a task, at most five. Where it is not decided, what the outputs allow: of a vector of plain numbers,
 * which may be classes, labels or a horizon, both the largest one's place and the numbers. A task keeps some of those,
 * so that a version that was published before it was set can be compared.
 */
export function measuresOf(task: ModelTask | undefined, seen: OutputsSeen): readonly BuiltInMeasure[] {
  const { label, amount, vector, beside, single, tensor, boxes } = seen;
  const some = vector !== undefined || single || tensor;
  switch (task) {
    case 'classification':
      if (boxes) return measuresOf('detection', seen);
      return label || vector !== undefined || (tensor && !single) ? ['class'] : single ? ['score'] : [];
    case 'multilabel':
      return vector === undefined ? measuresOf(undefined, seen) : ['label', 'labels'];
    case 'regression':
      return single || amount ? ['score'] : some ? VECTOR : label ? ['class'] : [];
    case 'forecast':
      return some ? VECTOR : [];
    case 'detection':
      return boxes ? ['detections', 'best', ...(label ? (['class'] as const) : []), 'mean'] : ['detections', 'best'];
    case 'embedding':
    case 'none':
      return some ? EMBEDDING : [];
    case undefined:
      if (boxes) return measuresOf('detection', seen);
      // A whole number without any score may be a class or an amount; of a row and a number either may be the answer.
      if (amount) return ['class', 'score'];
      if (label || vector === 'shares') return ['class'];
      if (vector === 'labels') return ['label', 'labels'];
      // What the whole numbers are, answers show: then either the labels are compared, or all of these.
      if (vector === 'numbers' && beside) return ['class', 'label', 'labels', 'norm', 'largest'];
      // Around zero the mean says nothing of a vector's size, and elsewhere the norm says what the mean would.
      if (vector === 'numbers') return ['class', 'first', 'norm', 'last', 'largest'];
      if (single) return ['score'];
      // Each position has a class, or the whole is an embedding: a projection less, so that they are no more than of
      // others.
      return tensor ? ['class', ...EMBEDDING.filter((name) => name !== 'projection3')] : [];
  }
}

/** What a task is compared by, of what a version counts that did not know it: of a row of plain numbers either. */
const OF_TASK: Partial<Readonly<Record<ModelTask, readonly BuiltInMeasure[]>>> = {
  classification: ['class'],
  multilabel: ['label', 'labels'],
  regression: ['score', ...VECTOR],
  forecast: VECTOR,
};

/**
 * Of what both versions count, what labels or answers show to mean something. Scores of classes that no softmax bounds
 * have a scale of their own in every training: as numbers they differ between two models that give the same classes.
 * Everything, where the task is counted by none.
 */
export function measuresOfTask(task: ModelTask, counted: readonly string[], isLabelled: boolean): readonly string[] {
  // A whole number alone may be an amount, however few of them a check without labels has seen.
  if (!isLabelled && counted.includes('class') && counted.includes('score')) return counted;
  // Of a tensor that is one whole, the largest of each position's values is no class.
  const isWhole = counted.includes('projection1') && (task === 'none' || task === 'embedding');
  const own: readonly string[] | undefined = isWhole ? EMBEDDING : OF_TASK[task];
  const kept = own && counted.filter((name) => !isBuiltIn(name) || own.includes(name));
  return kept?.some(isBuiltIn) === true ? kept : counted;
}

/**
 * The fixed grid in which numbers are counted: the same for every version, for ever, so that ranges can be chosen when
 * they are read. Signed; from 0 to 1/2 and, mirrored, from 1/2 to 1 in steps of 8 % of what is left (the two ends of
 * probabilities are as fine), 14 nepers each: to 4e-7. Beyond 1 in steps of 4 %, 30 nepers: to 1e13. 350 + 750 cells a
 * sign.
 */
const FINE = 0.08;
const HALF = 175;
const WIDE = 0.04;

/** Where a number of at least 0 lies among the cells. */
function positionOf(size: number): number {
  if (size < 0.5) return Math.max(0.5, HALF + Math.log(size / 0.5) / FINE);
  if (size < 1) return Math.min(2 * HALF - 0.5, HALF - Math.log((1 - size) / 0.5) / FINE);
  return Math.min(LAST_CELL - 0.5, 2 * HALF + Math.log(size) / WIDE);
}

/**
 * The cell that counts a number. Between the middles of two cells chance decides, in proportion: so the shares of cells
 * move with every number, however narrow its range, and a shift within a cell is seen as well. `u` is that chance, 0 to
 * 1.
 */
export function cellOfNumber(value: number, u: number): number {
  const position = positionOf(Math.abs(value));
  const cell = Math.max(0, Math.min(LAST_CELL - 1, Math.floor(position - 0.5 + u)));
  return value < 0 ? -1 - cell : cell;
}

/** Chances that are spread as evenly as any: the multiples of the golden ratio. A process counts from its own start. */
export function evenChances(): () => number {
  let chance = 0;
  return () => (chance = (chance + 0.618_033_988_749_894_9) % 1);
}

/** The least number of a cell. */
function edgeOf(cell: number): number {
  if (cell < 0) return -edgeOf(-cell);
  if (cell === 0) return 0;
  if (cell <= HALF) return 0.5 * Math.exp((cell - HALF) * FINE);
  if (cell <= 2 * HALF) return cell === 2 * HALF ? 1 : 1 - 0.5 * Math.exp((HALF - cell) * FINE);
  return Math.exp((cell - 2 * HALF) * WIDE);
}

/** So near to 0 only 0 itself is meant: the cells there are far narrower than what is measured. */
const ZERO = 1e-5;

function inWords(edge: number): string {
  if (Math.abs(edge) < ZERO) return '0';
  if (Math.abs(edge) >= 1000) return `${edge < 0 ? '-' : ''}${count(Math.abs(edge))}`;
  return String(Number(edge.toPrecision(edge > 0.9 && edge < 1 ? 6 : 4)));
}

/** "score 130,226 to 178,830"; the first and the last are open. */
export function rangeInWords(name: string, [from, to]: CellRange): string {
  if (from <= -LAST_CELL) return `${name} below ${inWords(edgeOf(to + 1))}`;
  const first = inWords(edgeOf(from));
  if (to >= LAST_CELL) return `${name} from ${first} on`;
  const end = inWords(edgeOf(to + 1));
  return first === end ? `${name} ${first}` : `${name} ${first} to ${end}`;
}

/** Quantiles at which ranges end: a tenth of blue's answers each, and its ends. */
export const NUMBER_QUANTILES = [0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99] as const;

/**
 * So many cells a value that blue gives over and over may move, up to 12 % of it, and be the same: another fit moves it
 * so.
 */
const SAME = 3;

/**
 * Ranges that end after the cells of blue's own quantiles, ascending, from the first cell to the last. A value that is
 * several quantiles holds much of the answers by itself. It has a range of its own, which reaches half way to the
 * quantiles beside it, by `SAME` cells at most: a tree that is fitted anew gives each of its few values a little
 * otherwise. Chance spreads one value over two cells; three in a row are a narrow spread of numbers, and each of them a
 * range. So is each cell where all of blue's numbers lie close together. Indices of classes are exact.
 */
export function rangesAt(quantiles: readonly number[], of: 'numbers' | 'classes'): readonly CellRange[] {
  const isOften = (cell: number): boolean => quantiles.filter((one) => one === cell).length > 1;
  const cells = [...new Set(quantiles)];
  const isClose = (cells.at(-1) ?? 0) - (cells[0] ?? 0) <= 2 * SAME;
  const starts = new Set<number>();
  let [from, before] = [0, -Infinity];
  while (from < cells.length) {
    let to = from + 1;
    while (cells[to] === (cells[to - 1] ?? 0) + 1) to += 1;
    const run = cells.slice(from, to);
    const [first, last] = [run[0] ?? 0, run.at(-1) ?? 0];
    const isOneValue = of === 'numbers' && !isClose && run.length <= 2 && run.some(isOften);
    if (isOneValue) {
      starts.add(Math.max(first - SAME, Math.floor((before + first) / 2) + 1));
      starts.add(Math.min(last + SAME, Math.floor((last + (cells[to] ?? Infinity)) / 2)) + 1);
    } else for (const cell of run) [...(isOften(cell) ? [cell] : []), cell + 1].forEach((start) => starts.add(start));
    [from, before] = [to, last];
  }
  const inside = [...starts].filter((cell) => cell > -LAST_CELL && cell <= LAST_CELL).sort((a, b) => a - b);
  return [-LAST_CELL, ...inside].map((from, index): CellRange => [from, (inside[index] ?? LAST_CELL + 1) - 1]);
}
