import { GoldenSetInvalid, ModelRejected } from '../../contract/errors';
import type { DataSet } from '../../contract/golden-set';
import type { RolloutState } from '../../contract/rollout-state';
import { decideTask, namedInputs } from '../../domain/task';
import { classPairs, type PredictionShift, predictionShift } from '../../domain/prediction-shift';
import type { Adapters } from '../../adapters/adapters';
import { comparable } from '../rollout/progress';
import { answerGoldenSet, askBlueGoldenSet, type GoldenAnswers, readGoldenSet } from './answer-golden-set';
import { BLUE_SHARE_MS } from './ask-blue';
import { compareGoldenSet, type Labelled, labelledOf, type Limits, type Loss } from './compare-golden-set';
import { milliseconds, some } from '../../domain/numbers';

export interface GoldenResult {
  readonly note: string;
  readonly numbers: NonNullable<RolloutState['verification']>;
  readonly understood: NonNullable<RolloutState['understood']>;
  /** Whether the set has labels, by which the task was decided. */
  readonly labelled: boolean;
  /** Undefined without a blue, or with too few rows. */
  readonly shift: PredictionShift | undefined;
  /** Why the model is refused for these numbers; undefined when it is not. */
  readonly refusal: ModelRejected | undefined;
  /** Set when blue answers nothing: why it cannot be compared with, in words. */
  readonly silent: string | undefined;
}

/**
 * Whether green answers the golden set well enough: by itself, and beside blue on the same rows. What the numbers
 * refuse is told beside them, so that they can be kept; a row that is not answered at all is thrown.
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
  const labelled = labelledOf(goldenSet, green, blue, classNames);
  // Of a set without labels every answer is looked at.
  const [ofGreen, ofBlue] = labelled.labels.length > 0 ? [labelled.green, labelled.blue] : [green.read, blue?.read];
  const asked = ofBlue?.some((answer) => answer !== undefined) === true ? ofBlue : ofGreen;
  const facts = { setting, said: goldenSet.task, labels: labelled.labels, answers: asked, classNames };
  const decided = decideTask({ ...facts, ...(ofBlue && { drawn: ofBlue }) });
  if ('open' in decided) throw new GoldenSetInvalid(`golden set: what the model answers is open: ${decided.open}`);
  const { answers, ...compared } = compareGoldenSet(labelled, decided.task, limits);
  const { goldenWrong: wrong } = compared.numbers;
  const count = green.read.length;
  const rows = labelled.blue?.length ?? 0;
  const warnings = [...compared.warnings, ...unlabelled(goldenSet, labelled, limits), ...repeated(goldenSet)];
  const places = new Map(answers.rows.map((row, place) => [row, place]));
  const slow =
    limits.maxMedianMs !== undefined && green.medianMs > limits.maxMedianMs
      ? [`median latency ${milliseconds(green.medianMs)}; the limit maxMedianMs is ${limits.maxMedianMs} ms`]
      : [];
  const refusals = [...slow, ...compared.refusals];
  const partly =
    rows < labelled.rows.length
      ? ` on the first ${rows} rows, for which it took its ${BLUE_SHARE_MS.goldenSet / 1000} s`
      : '';
  return {
    note: [
      `golden set "${goldenSet.name}", ${count} rows: ${decided.task}, ` +
        `${compared.green}${compared.blue === undefined ? '' : `, blue ${compared.blue}${partly}`}; median ` +
        `${milliseconds(green.medianMs)}`,
      ...warnings.map((warning) => `the golden set warns: ${warning}`),
    ].join('; '),
    understood: {
      task: decided.task,
      why: decided.why,
      inputs: namedInputs(goldenSet.requests[0]!.inputs),
      outputs: [...(asked.find((answer) => answer !== undefined)?.outputs ?? [])],
      ...(compared.blue !== undefined && { blue: `${compared.blue} on ${some(rows, 'row')}` }),
    },
    labelled: answers.labels.length > 0,
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
      `golden set "${name}" has no labels, which goldenSet.${set} ${limits[set]} is about; label its rows, or ` +
        'take the limit away',
    );
  return ['it has no labels: it shows that green answers, and not that it answers well'];
}

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
