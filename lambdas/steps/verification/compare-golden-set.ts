import { GoldenSetInvalid } from '../../contract/errors';
import type { DataSet } from '../../contract/golden-set';
import type { EndpointSettings } from '../../contract/endpoint-settings';
import type { RolloutState } from '../../contract/rollout-state';
import { compareClasses } from '../../domain/golden/compare-classes';
import type { GoldenPairs, Compared, GoldenLimits } from '../../domain/golden/paired-tests';
import { compareDetections } from '../../domain/golden/compare-detections';
import { compareLabels } from '../../domain/golden/compare-labels';
import { compareValues } from '../../domain/golden/compare-values';
import type { RowAnswer } from '../../domain/row-answer';
import { areNames, type GoldenLabel, havePositions, type ModelTask, positionsOf } from '../../domain/task';
import { wrongRows } from '../../domain/wrong-rows';
import type { GoldenAnswers } from './answer-golden-set';

export type Limits = NonNullable<EndpointSettings['goldenSet']>;

/** The rows that have a label, with their places in the golden set. */
export interface Labelled extends Omit<GoldenPairs, 'labels'> {
  readonly labels: readonly GoldenLabel[];
  readonly rows: readonly number[];
}

export function labelledOf(
  { labels = [] }: DataSet,
  green: GoldenAnswers,
  blue: GoldenAnswers | undefined,
  classNames: readonly string[] | undefined,
): Labelled {
  const known = labels.flatMap((label, row) => (label === undefined ? [] : [{ label, row }]));
  const rows = known.map(({ row }) => row);
  const asked = blue && rows.filter((row) => row < blue.read.length);
  return {
    rows,
    labels: known.map(({ label }) => label),
    green: rows.map((row) => green.read[row]),
    blue: asked?.map((row) => blue?.read[row]),
    classNames,
  };
}

/**
 * Lists of names as zeros and ones in the order of the names, and a class for each position of an answer as a row of
 * its own.
 */
function inRows(labelled: Labelled, task: ModelTask): Labelled {
  const { labels, green, blue, rows, classNames = [] } = labelled;
  if (areNames(labels)) {
    const odd = labels.flatMap((names, row) =>
      names.flatMap((name) => (classNames.includes(name) ? [] : [{ name, row }])),
    )[0];
    if (odd !== undefined)
      throw new GoldenSetInvalid(
        `golden set: the label of row ${rows[odd.row]} has "${odd.name}", which is none of the ` +
          `${classNames.length} "classNames" of the endpoint`,
      );
    return { ...labelled, labels: labels.map((names) => classNames.map((name) => Number(names.includes(name)))) };
  }
  if (task !== 'classification' || !havePositions(labels, blue ?? green)) return labelled;
  // A negative class is none by custom: padding, and all but the first piece of a word.
  const places = labels.flatMap((label, row) => label.flatMap((of, place) => (of < 0 ? [] : [{ of, row, place }])));
  const spread = (side: readonly (RowAnswer | undefined)[]) => {
    const said = side.map((answer, row) => answer && positionsOf(answer, labels[row] ?? []));
    return places.flatMap(({ row, place }) => {
      const [answer, own] = [side[row], said[row]?.[place]];
      if (row >= side.length) return [];
      return [answer === undefined || own === undefined ? undefined : { ...answer, values: [], said: own }];
    });
  };
  return {
    ...labelled,
    labels: places.map(({ of }) => of),
    rows: places.map(({ row }) => rows[row]!),
    green: spread(green),
    blue: blue && spread(blue),
  };
}

/** How far off a side is in a row; infinite where it has no answer. */
export type Loss = (side: 'blue' | 'green', row: number) => number;

/** Every limit is named, so that none is forgotten in the domain. */
const withDefaults = ({ minAccuracy, maxAccuracyDrop, maxErrorFactor, maxError, perClass }: Limits): GoldenLimits => ({
  minAccuracy,
  maxAccuracyDrop,
  maxErrorFactor,
  maxError,
  perClass,
});

const NOT_COMPARED = {
  green: 'every row answered',
  blue: undefined,
  refusals: [],
  warnings: [],
  loss: () => 0,
  numbers: {},
};

/**
 * The comparison that belongs to the task, with the numbers and rows that the record keeps, and the rows that were
 * compared.
 */
export function compareGoldenSet(
  labelled: Labelled,
  task: ModelTask,
  all: Limits,
): Compared & {
  readonly numbers: NonNullable<RolloutState['verification']>;
  readonly loss: Loss;
  readonly answers: Labelled;
} {
  const limits = withDefaults(all);
  if (labelled.labels.length === 0) return { ...NOT_COMPARED, task, answers: labelled };
  if (task === 'detection' && ![...labelled.green, ...(labelled.blue ?? [])].some((answer) => answer?.detections))
    return {
      ...{ ...NOT_COMPARED, task, answers: labelled },
      warnings: ['no label is compared: no outputs are boxes of four numbers and their scores, by their names'],
    };
  if (task === 'detection')
    return { ...compareDetections(labelled, limits), numbers: {}, loss: () => 0, answers: labelled };
  const rows = inRows(labelled, task);
  const answers = { ...rows, labels: rows.labels as GoldenPairs['labels'] };
  return { ...compareRows(answers, task, limits), answers };
}

function compareRows(
  answers: GoldenPairs,
  task: Exclude<ModelTask, 'detection'>,
  limits: GoldenLimits,
): Compared & { readonly numbers: NonNullable<RolloutState['verification']>; readonly loss: Loss } {
  const truth = answers.labels.map((label) => (typeof label === 'object' ? label : [Number(label)]));
  const apart: Loss = (side, row) => {
    const answer = answers[side]?.[row];
    if (answer === undefined) return Infinity;
    return (truth[row] ?? []).reduce((sum, value, at) => sum + Math.abs((valuesOf(answer)[at] ?? Infinity) - value), 0);
  };
  switch (task) {
    case 'classification': {
      const found = compareClasses(answers, limits);
      const { labels, green, blue } = found.classes;
      const share = (side: readonly (string | undefined)[]): number =>
        side.filter((answer, row) => answer === labels[row]).length / Math.max(1, side.length);
      const said = (side: readonly (string | undefined)[]) =>
        side.map((value) => (value === undefined ? undefined : ({ kind: 'class', value } as const)));
      const wrong = wrongRows({ labels, green: said(green), blue: blue && said(blue), task, classNames: undefined });
      return {
        ...found,
        loss: (side, row) => Number(found.classes[side]?.[row] !== labels[row]),
        numbers: {
          goldenAccuracy: share(green),
          ...(blue && { blueAccuracy: share(blue) }),
          goldenWrong: wrong.shown.map((one) => ({ ...one })),
          goldenWrongRows: wrong.count,
        },
      };
    }
    case 'regression':
    case 'forecast': {
      const found = compareValues(answers, task, limits);
      const { green, blue } = found.errors;
      return {
        ...found,
        loss: apart,
        numbers: {
          // The state is JSON, which has no infinity; an error is infinite where a row is not answered.
          ...(Number.isFinite(green) && { goldenError: green }),
          ...(blue !== undefined && Number.isFinite(blue) && { blueError: blue }),
          goldenWrong: furthest(answers, truth, (row) => apart('green', row)),
        },
      };
    }
    case 'multilabel': {
      return {
        ...compareLabels(answers, limits),
        loss: apart,
        numbers: { goldenWrong: furthest(answers, truth, (row) => apart('green', row)) },
      };
    }
    case 'embedding':
    case 'none':
      return { ...NOT_COMPARED, task, warnings: [`no label is compared where the task is "${task}"`] };
  }
}

const valuesOf = (answer: RowAnswer): readonly number[] =>
  answer.values.length > 0 ? answer.values : [Number(answer.said)];

/** The rows of green's largest errors, of which blue's answer stands beside. */
function furthest(
  { green, blue }: GoldenPairs,
  truth: readonly (readonly number[])[],
  off: (row: number) => number,
): NonNullable<NonNullable<RolloutState['verification']>['goldenWrong']> {
  const text = (values: readonly number[]): string => {
    const rounded = values.map((value) => Number(value.toPrecision(6)));
    return rounded.length === 1 ? String(rounded[0]) : `[${rounded.join(', ')}]`;
  };
  const said = (side: readonly (RowAnswer | undefined)[]) =>
    side.map((answer) =>
      answer === undefined ? undefined : ({ kind: 'class', value: text(valuesOf(answer)) } as const),
    );
  const { shown } = wrongRows({
    labels: truth.map(text),
    green: said(green),
    blue: blue && said(blue),
    task: 'regression',
    classNames: undefined,
    off,
  });
  return shown.map((one) => ({ ...one }));
}
