import { GoldenSetInvalid, ModelRejected } from '../../contract/errors';
import type { DataSet } from '../../contract/golden-set';
import type { EndpointSettings } from '../../contract/endpoint-settings';
import type { RolloutState } from '../../contract/rollout-state';
import { type GoldenPairs, compareClasses } from '../../domain/golden/compare-classes';
import { compareLabels, compareValues } from '../../domain/golden/compare-answers';
import type { Compared, GoldenLimits } from '../../domain/golden/paired-tests';
import { decideTask, namedInputs, type ModelTask, type RowAnswer } from '../../domain/task';
import { wrongRows } from '../../domain/wrong-rows';
import { classPairs, type PredictionShift, predictionShift } from '../../domain/prediction-shift';
import type { Adapters } from '../../adapters/adapters';
import { comparable } from '../rollout/progress';
import { answerGoldenSet, askBlueGoldenSet, type GoldenAnswers, readGoldenSet } from './answer-golden-set';
import { BLUE_SHARE_MS } from './ask-blue';
import { milliseconds, some } from '../../domain/numbers';

type Limits = NonNullable<EndpointSettings['goldenSet']>;

export interface GoldenResult {
  readonly note: string;
  readonly numbers: NonNullable<RolloutState['verification']>;
  readonly understood: NonNullable<RolloutState['understood']>;
  /** Undefined without a blue, or with too few rows. */
  readonly shift: PredictionShift | undefined;
  /** Why the model is refused for these numbers; undefined when it is not. */
  readonly refusal: ModelRejected | undefined;
  /** Set when blue answers nothing: why it cannot be compared with, in words. */
  readonly silent: string | undefined;
}

/**
 * Whether green answers the golden set well enough: by itself, and beside blue on the same rows. What the numbers refuse is
 * told beside them, so that they can be kept; a row that is not answered at all is thrown.
 */
export async function checkGoldenSet(
  ports: Pick<Adapters, 'clock' | 'endpointCalls' | 'models'>,
  state: RolloutState,
  version: string,
): Promise<GoldenResult | undefined> {
  const limits = state.config.settings.goldenSet;
  const goldenSet = (await readGoldenSet(ports, state))?.dataSet;
  if (limits === undefined || goldenSet === undefined) return undefined;
  const { green, blue, silent } = await answersOfBoth(ports, state, version, goldenSet);
  const { classNames, task: setting } = state.config.settings;
  const answers = { ...labelledOf(goldenSet, green, blue), classNames };
  // Of a set without labels every answer is looked at.
  const [ofGreen, ofBlue] = answers.labels.length > 0 ? [answers.green, answers.blue] : [green.read, blue?.read];
  const asked = ofBlue?.some((answer) => answer !== undefined) === true ? ofBlue : ofGreen;
  const decided = decideTask({ setting, said: goldenSet.task, labels: answers.labels, answers: asked, classNames });
  if ('open' in decided) throw new GoldenSetInvalid(`golden set: what the model answers is open: ${decided.open}`);
  const compared = compare(answers, decided.task, withDefaults(limits));
  const { goldenWrong: wrong } = compared.numbers;
  const count = green.read.length;
  const rows = answers.blue?.length ?? 0;
  const warnings = [...compared.warnings, ...unlabelled(goldenSet, answers, limits), ...repeated(goldenSet)];
  const places = new Map(answers.rows.map((row, place) => [row, place]));
  const slow =
    limits.maxMedianMs !== undefined && green.medianMs > limits.maxMedianMs
      ? [`median latency ${milliseconds(green.medianMs)}; the limit maxMedianMs is ${limits.maxMedianMs} ms`]
      : [];
  const refusals = [...slow, ...compared.refusals];
  const partly =
    rows < answers.rows.length
      ? ` on the first ${rows} rows, for which it took its ${BLUE_SHARE_MS.goldenSet / 1000} s`
      : '';
  return {
    note: [
      `golden set "${goldenSet.name}", ${count} rows: ${decided.task}, ${compared.green}${compared.blue === undefined ? '' : `, blue ${compared.blue}${partly}`}; median ${milliseconds(green.medianMs)}`,
      ...warnings.map((warning) => `the golden set warns: ${warning}`),
    ].join('; '),
    understood: {
      task: decided.task,
      why: decided.why,
      inputs: namedInputs(goldenSet.requests[0]!.inputs),
      outputs: [...(asked.find((answer) => answer !== undefined)?.outputs ?? [])],
      ...(compared.blue !== undefined && { blue: `${compared.blue} on ${some(rows, 'row')}` }),
    },
    numbers: {
      rows: count,
      ...compared.numbers,
      ...(wrong && { goldenWrong: wrong.map((one) => ({ ...one, row: answers.rows[one.row]! })) }),
      goldenMedianMs: green.medianMs,
      ...(warnings.length > 0 && { goldenWarnings: warnings }),
    },
    refusal:
      refusals.length === 0
        ? undefined
        : new ModelRejected(`golden set: ${refusals.slice(0, MOST_REFUSALS).join('. ')}`),
    silent,
    shift: predictionShift(
      'golden set',
      classPairs(blue?.classes ?? [], green.classes, (row) => favoured(compared.loss, places.get(row))),
    ),
  };
}

/** The rows that have a label, with their places in the golden set. */
interface Labelled extends GoldenPairs {
  readonly rows: readonly number[];
}

function labelledOf({ labels = [] }: DataSet, green: GoldenAnswers, blue: GoldenAnswers | undefined): Labelled {
  const known = labels.flatMap((label, row) => (label === undefined ? [] : [{ label, row }]));
  const rows = known.map(({ row }) => row);
  const asked = blue && rows.filter((row) => row < blue.read.length);
  return {
    rows,
    labels: known.map(({ label }) => label),
    green: rows.map((row) => green.read[row]),
    blue: asked?.map((row) => blue?.read[row]),
    classNames: undefined,
  };
}

/** Limits that are set and that no label can hold green to are a mistake; else it is told what this set shows. */
function unlabelled({ name, requests }: DataSet, { labels, rows }: Labelled, limits: Limits): readonly string[] {
  const asked = requests.reduce((sum, request) => sum + request.rows, 0);
  if (labels.length > 0)
    return rows.length === asked
      ? []
      : [`${some(asked - rows.length, 'row without a label is', 'rows without a label are')} not compared`];
  const set = (['minAccuracy', 'maxAccuracyDrop', 'maxErrorFactor', 'maxError'] as const).find((one) => limits[one]);
  if (set !== undefined)
    throw new GoldenSetInvalid(
      `golden set "${name}" has no labels, which goldenSet.${set} ${limits[set]} is about; label its rows, or take the limit away`,
    );
  return ['it has no labels: it shows that green answers, and not that it answers well'];
}

/** How far off a side is in a row; infinite where it has no answer. */
type Loss = (side: 'blue' | 'green', row: number) => number;

/** Whose answer the label favours: the right or nearer one; undefined where they are equally good. */
function favoured(loss: Loss, row: number | undefined): 'blue' | 'green' | undefined {
  if (row === undefined) return undefined;
  const [blue, green] = [loss('blue', row), loss('green', row)];
  if (blue === green) return undefined;
  return green < blue ? 'green' : 'blue';
}

/** More sentences say the same again. */
const MOST_REFUSALS = 4;

async function answersOfBoth(
  ports: Pick<Adapters, 'clock' | 'endpointCalls'>,
  state: RolloutState,
  version: string,
  goldenSet: DataSet,
): Promise<{ readonly green: GoldenAnswers; readonly blue?: GoldenAnswers; readonly silent: string | undefined }> {
  const green = await answerGoldenSet(ports, state, version, goldenSet);
  if (!comparable(state)) return { green, silent: undefined };
  const blue = await askBlueGoldenSet(ports, state, goldenSet, version);
  return 'silent' in blue ? { green, silent: blue.silent } : { green, blue, silent: undefined };
}

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

/** The comparison that belongs to the task, with the numbers and rows that the record keeps. */
function compare(
  answers: GoldenPairs,
  task: ModelTask,
  limits: GoldenLimits,
): Compared & { readonly numbers: NonNullable<RolloutState['verification']>; readonly loss: Loss } {
  if (answers.labels.length === 0) return { ...NOT_COMPARED, task };
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
    case 'detection':
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

/** Requests that are there twice prove half of what they seem to. */
function repeated({ requests }: DataSet): readonly string[] {
  const seen = new Map<string, string>();
  let twice = 0;
  let contrary = 0;
  for (const { inputs, labels = [] } of requests) {
    const [key, label] = [JSON.stringify(inputs), JSON.stringify(labels)];
    const known = seen.get(key);
    if (known === undefined) seen.set(key, label);
    else if (known === label) twice += 1;
    else contrary += 1;
  }
  return [
    ...(twice > 0
      ? [`${some(twice, 'row is a copy', 'rows are copies')} of another: they prove less than they seem to`]
      : []),
    ...(contrary > 0 ? [`${some(contrary, 'row repeats', 'rows repeat')} another with a different label`] : []),
  ];
}
