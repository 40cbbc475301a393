import type { ModelTask } from '../task';

/**
 * What an answer says, in numbers: a class, the labels it gives, or a number. Each is a metric of its own, of one or two letters,
 * as users pay for each byte of each request. Names are what people read, and metadata tells.
 */
export interface Measure {
  readonly name: string;
  readonly metric: string;
  /** Class: one index a row. Labels: an index for each that is given, and `ROW_CELL` once a row. Number: see `number-cells.ts`. */
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

/** What can be said of a model's outputs before any answer. */
export interface OutputsSeen {
  /** A class is said: an integer, or a text that has names. */
  readonly label: boolean;
  /** A vector a row, and what its last operator makes of it. */
  readonly vector: 'shares' | 'labels' | 'numbers' | undefined;
  /** One number a row. */
  readonly single: boolean;
  /** Numbers of more dimensions. */
  readonly tensor: boolean;
}

/**
 * The measures of a task, at most five. Where it is not decided, what the outputs allow: of a vector of plain numbers, which may be
 * classes, labels or a horizon, both the largest one's place and the numbers. A task keeps some of those, so that a version
 * that was published before it was set can be compared.
 */
export function measuresOf(task: ModelTask | undefined, seen: OutputsSeen): readonly BuiltInMeasure[] {
  const { label, vector, single, tensor } = seen;
  const some = vector !== undefined || single || tensor;
  switch (task) {
    case 'classification':
      return label || vector !== undefined ? ['class'] : single ? ['score'] : [];
    case 'multilabel':
      return vector === undefined ? measuresOf(undefined, seen) : ['label', 'labels', 'mean', 'largest'];
    case 'regression':
      return single ? ['score'] : some ? VECTOR : label ? ['class'] : [];
    case 'forecast':
      return some ? VECTOR : [];
    case 'detection':
      return ['detections', 'best'];
    case 'embedding':
    case 'none':
      return some ? EMBEDDING : [];
    case undefined:
      if (label || vector === 'shares') return ['class'];
      if (vector === 'labels') return ['label', 'labels', 'mean', 'largest'];
      if (vector === 'numbers') return ['class', ...VECTOR];
      if (single) return ['score'];
      return tensor ? EMBEDDING : [];
  }
}
