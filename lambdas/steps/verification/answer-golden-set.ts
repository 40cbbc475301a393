import { GoldenSetInvalid, GreenUnhealthy, ModelRejected } from '../../contract/errors';
import { type DataSet, inferRequest, GOLDEN_SET_LIMITS, parseDataSet } from '../../contract/golden-set';
import type { RolloutState } from '../../contract/rollout-state';
import { readRows, type RowAnswer } from '../../domain/row-answer';
import type { EndpointAnswer } from '../../adapters/lambda/endpoint-calls';
import type { Adapters } from '../../adapters/adapters';
import { comparable } from '../rollout/progress';
import { besideGreen, BLUE_SHARE_MS, boundedCalls } from './ask-blue';
import { answersOf, classesOf, goodAnswer, outputsOf, saidBy } from './ask-version';
import { DataSetInvalid } from '../../contract/data-request';
import type { PinnedModel } from '../../domain/rollout';

export interface GoldenAnswers {
  /** One per row of each request, from the first on; undefined where there was none, or none that can be read. */
  readonly read: readonly (RowAnswer | undefined)[];
  /** The same: the class index that the model server would count. */
  readonly classes: readonly (number | undefined)[];
  /** Median of the calls, as the caller saw them. */
  readonly medianMs: number;
}

/** Sends every request of the golden set to green: the first one without a good answer refuses the model. */
export async function answerGoldenSet(
  ports: Pick<Adapters, 'clock' | 'endpointCalls'>,
  state: RolloutState,
  version: string,
  goldenSet: DataSet,
): Promise<GoldenAnswers> {
  const found = new FoundAnswers(state, goldenSet);
  for await (const answers of answersOf(ports, state, version, bodiesOf(goldenSet))) {
    for (const [index, answer] of answers.entries())
      if (goodAnswer(answer) === undefined) {
        const at = found.asked + index;
        const row = nameOf(goldenSet, at);
        throw (await refusedAlone(ports, state, goldenSet, at, answer)) ?? noAnswer(answer, row, version);
      }
    found.add(answers);
  }
  if (goldenSet.labels !== undefined && found.answers.read.every((answer) => answer === undefined)) {
    const { predictionOutput } = state.config.settings;
    const chosen = predictionOutput ? ` (predictionOutput is "${predictionOutput}")` : '';
    throw new ModelRejected(
      `golden set: no output of the model is a prediction${chosen}: neither a class, nor numbers`,
    );
  }
  return found.answers;
}

/**
 * Blue's answers to the golden set, or in words that it has none. One that seems to have none is asked again while
 * green is asked the first row: only where that is answered, it is blue.
 */
export async function askBlueGoldenSet(
  ports: Pick<Adapters, 'clock' | 'endpointCalls'>,
  state: RolloutState,
  goldenSet: DataSet,
  green: string,
): Promise<GoldenAnswers | { readonly silent: string }> {
  const answers = await answersOfBlue(ports, state, goldenSet);
  if (!('silent' in answers)) return answers;
  const answersRow = async (bounded: Pick<Adapters, 'endpointCalls'>): Promise<boolean> => {
    for await (const [answer] of answersOf(bounded, state, green, bodiesOf(goldenSet).slice(0, 1)))
      return answer !== undefined && !isDead(answer);
    return false;
  };
  return besideGreen(ports, BLUE_SHARE_MS.goldenSet, answersRow, () => answersOfBlue(ports, state, goldenSet));
}

/**
 * Blue may fail rows, and when its time is over the rest stays unasked: the rows that it was asked are compared. Says
 * why in words when neither one of the first was answered nor one of those spread over all: a set may be sorted, and
 * begin with the very rows that blue fails.
 */
async function answersOfBlue(
  ports: Pick<Adapters, 'clock' | 'endpointCalls'>,
  state: RolloutState,
  goldenSet: DataSet,
): Promise<GoldenAnswers | { readonly silent: string }> {
  const { endpointCalls, isOver } = boundedCalls(ports, BLUE_SHARE_MS.goldenSet);
  const { version } = state.blue;
  const found = new FoundAnswers(state, goldenSet);
  const bodies = bodiesOf(goldenSet);
  for await (const answers of answersOf({ endpointCalls }, state, version, bodies)) {
    const [first] = answers;
    if (found.asked === 0 && first !== undefined && answers.every(isDead)) {
      const elsewhere = spreadOver(bodies.slice(answers.length), ROWS_ELSEWHERE);
      if (!(await answersAny({ endpointCalls }, state, version, elsewhere)))
        return {
          silent:
            `blue (version ${version}) answers none of ${answers.length + elsewhere.length} rows of the golden ` +
            `set: ${saidBy(first)}`,
        };
    }
    if (isOver()) break;
    found.add(answers);
  }
  return found.asked === 0
    ? { silent: `blue (version ${version}) answers too slowly to be compared with` }
    : found.answers;
}

/** With the first five, 20 rows: one that fails 70 % of them answers none in 0.7 ** 20 = 0.08 % of all cases. */
const ROWS_ELSEWHERE = 15;

const spreadOver = <T>(all: readonly T[], most: number): readonly T[] =>
  all.filter((_, index) => Math.floor((index * most) / all.length) !== Math.floor(((index - 1) * most) / all.length));

async function answersAny(...asked: Parameters<typeof answersOf>): Promise<boolean> {
  for await (const answers of answersOf(...asked)) if (!answers.every(isDead)) return true;
  return false;
}

/** No answer at all, or that of a server that cannot; a row that it refuses, it has read. */
export const isDead = (answer: EndpointAnswer): boolean => answer.kind === 'crashed' || answer.status >= 500;

/** Whether a version answers one of some rows of the golden set; no where there is none, or it cannot be read. */
export async function answersSomeRow(
  ports: Pick<Adapters, 'clock' | 'endpointCalls' | 'models'>,
  state: RolloutState,
  version: string,
): Promise<boolean> {
  const set = await readGoldenSet(ports, state).catch(() => undefined);
  if (set === undefined) return false;
  const rows = spreadOver(bodiesOf(set.dataSet), ROWS_ELSEWHERE);
  // Its time is over, or Lambda took no call: nothing is known.
  return answersAny(boundedCalls(ports, BLUE_SHARE_MS.warmUp), state, version, rows).catch(() => false);
}

const bodiesOf = (goldenSet: DataSet) => goldenSet.requests.map((_, index) => () => inferRequest(goldenSet, index));

class FoundAnswers {
  private readonly read: (RowAnswer | undefined)[] = [];
  private readonly classes: (number | undefined)[] = [];
  private readonly durations: number[] = [];

  /** Requests. */
  asked = 0;

  constructor(
    private readonly state: RolloutState,
    private readonly goldenSet: DataSet,
  ) {}

  add(answers: readonly EndpointAnswer[]): void {
    for (const answer of answers) {
      const response = goodAnswer(answer);
      const { rows } = this.goldenSet.requests[this.asked]!;
      this.asked += 1;
      const none = new Array<undefined>(rows).fill(undefined);
      this.read.push(...(response ? readRows(outputsOf(response), rows, this.state.config.settings) : none));
      const classes = response ? classesOf(response, this.state) : [];
      this.classes.push(...none.map((_, row) => classes[row]));
      if (answer.kind === 'answered') this.durations.push(answer.durationMs);
    }
  }

  get answers(): GoldenAnswers {
    const durations = [...this.durations].sort((a, b) => a - b);
    const { read, classes } = this;
    return { read, classes, medianMs: durations[Math.floor(durations.length / 2)] ?? 0 };
  }
}

/** A request that green refuses and blue answers fits the endpoint's input: it is green that does not take it. */
async function refusedAlone(
  ports: Pick<Adapters, 'clock' | 'endpointCalls'>,
  state: RolloutState,
  goldenSet: DataSet,
  index: number,
  answer: EndpointAnswer,
): Promise<ModelRejected | undefined> {
  if (answer.kind === 'crashed' || answer.status >= 500 || !comparable(state)) return undefined;
  const bounded = boundedCalls(ports, BLUE_SHARE_MS.signature);
  for await (const [blue] of answersOf(bounded, state, state.blue.version, bodiesOf(goldenSet).slice(index, index + 1)))
    if (blue !== undefined && goodAnswer(blue) !== undefined)
      return new ModelRejected(
        `golden set ${nameOf(goldenSet, index)}: green refuses what blue (version ${state.blue.version}) ` +
          `answers: ${saidBy(answer)}`,
      );
  return undefined;
}

/** A row is a request, where no request is a batch. */
const nameOf = ({ requests }: DataSet, index: number): string =>
  requests.every(({ rows }) => rows === 1) ? `row ${index}` : `request ${index}`;

function noAnswer(answer: EndpointAnswer, row: string, version: string): Error {
  if (answer.kind === 'crashed') {
    return new GreenUnhealthy(`golden set ${row}: version ${version} crashed with ${saidBy(answer)}`);
  }
  if (answer.status >= 400 && answer.status < 500) {
    return new GoldenSetInvalid(`golden set ${row} does not fit the model's input: ${saidBy(answer)}`);
  }
  return new ModelRejected(`golden set ${row}: version ${version} answered ${answer.status}: ${saidBy(answer)}`);
}

/**
 * The endpoint's golden set and its pin; undefined when its settings name none. Whatever is done to the file while a
 * rollout runs, green is held to what was there when it began. Throws GoldenSetInvalid.
 */
export async function pinGoldenSet(
  ports: Pick<Adapters, 'models'>,
  state: RolloutState,
): Promise<{ readonly dataSet: DataSet; readonly pin: PinnedModel } | undefined> {
  const read = await readGoldenSet(ports, state);
  const key = state.config.settings.goldenSet?.key;
  if (read === undefined || key === undefined) return undefined;
  const { dataSet, versionId } = read;
  if (versionId === undefined)
    throw new GoldenSetInvalid(
      `goldenSet.key: s3://${ports.models.bucket}/${key} has no version id; is the bucket versioned?`,
    );
  const sha256 = await ports.models.hashModel({ key, versionId });
  return { dataSet, pin: { bucket: ports.models.bucket, key, versionId, sha256 } };
}

/**
 * The golden set of this rollout; undefined when its settings name none. Throws GoldenSetInvalid for what is missing or
 * malformed.
 */
export async function readGoldenSet(
  { models }: Pick<Adapters, 'models'>,
  { config, goldenSet }: RolloutState,
): Promise<{ readonly dataSet: DataSet; readonly versionId: string | undefined } | undefined> {
  const key = goldenSet?.key ?? config.settings.goldenSet?.key;
  if (key === undefined) return undefined;
  const read = await models.readBytes(key, GOLDEN_SET_LIMITS.maxBytes, goldenSet?.versionId);
  if (read === 'missing' && goldenSet !== undefined)
    throw new GoldenSetInvalid(
      `goldenSet.key: version ${goldenSet.versionId} of s3://${models.bucket}/${key}, which this rollout began ` +
        'with, was deleted; start it again',
    );
  if (read === 'missing')
    throw new GoldenSetInvalid(`goldenSet.key: there is no s3://${models.bucket}/${key}; upload it first`);
  if (read === 'too-large') {
    throw new GoldenSetInvalid(
      `goldenSet.key: s3://${models.bucket}/${key} is larger than the limit of ` +
        `${GOLDEN_SET_LIMITS.maxBytes / 1024 / 1024} MB`,
    );
  }
  return { dataSet: parsed(read.bytes, key), versionId: read.versionId };
}

function parsed(bytes: Uint8Array, key: string): DataSet {
  try {
    return parseDataSet(bytes, { file: key, ...GOLDEN_SET_LIMITS });
  } catch (error) {
    if (error instanceof DataSetInvalid) throw new GoldenSetInvalid(`${key}: ${error.message}`);
    throw error;
  }
}
