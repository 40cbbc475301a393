import {
  type FeedbackAnswer,
  type FeedbackResult,
  feedbackKey,
  LABELS_A_MINUTE,
  type KeptLabel,
} from '../../contract/feedback';
import { errorAnswer, jsonAnswer, type Answer, type AnswerHeaders } from '../answer';
import { reason } from '../not-ready';
import type { ServerLog } from '../server-log';
import { FeedbackRefused, statusOf, type LabelAllowance } from './feedback-refused';
import { readFeedback, readItem, within } from './read-feedback';
import type { ModelServerEnv } from '../../contract/model-server-env';
import { shown } from '../../contract/datatypes';
import { type Answered, scoreLabel, type Label, type Scored } from '../../domain/feedback';
import type { LabelCounts } from '../emf-sink';
import type { LabelStore } from '../../adapters/s3/label-store';
import { readRequestId, REQUEST_ID_FORMAT, type RequestIdContent } from './request-id';

type Refused = Extract<FeedbackResult, { status: 'refused' }>;

/**
 * Answers a feedback request. A list is answered item by item: 200 when every label was taken or had been, 207 when
 * some were refused, and the refusals' own status when all were. One item by itself is answered with its result or an
 * error. Throws `RequestError` where the body is neither.
 */
export async function answerFeedback(
  parts: TakeLabelParts,
  log: ServerLog,
  body: Readonly<Record<string, unknown>>,
  taking: Taking,
  headers: AnswerHeaders,
): Promise<Answer> {
  const { form, items } = readFeedback(body);
  const results = await Promise.all(
    items.map(({ item, field }, index) =>
      resultOf(parts, log, item, field, { ...taking, by: `${taking.by}/${index}` }),
    ),
  );
  const [first] = results;
  if (form === 'single' && first !== undefined) {
    if (first.status !== 'refused') return jsonAnswer(200, first, headers);
    const { code, error, field } = first;
    const body = { error, code, field, requestId: taking.by };
    return errorAnswer(statusOf(code), body, { ...headers, ...retryAfter(statusOf(code)) });
  }
  const refused = results.filter((one) => one.status === 'refused');
  const answer: FeedbackAnswer = {
    taken: results.filter(({ status }) => status === 'taken').length,
    alreadyTaken: results.filter(({ status }) => status === 'already-taken').length,
    refused: refused.length,
    results,
    ...(refused.length > 0 && { requestId: taking.by }),
  };
  const status = statusOfList(refused, results.length);
  return jsonAnswer(status, answer, { ...headers, ...retryAfter(status) });
}

const retryAfter = (status: number): AnswerHeaders => (status === 429 ? { 'retry-after': '60' } : {});

/** Whatever befalls one label, the others stand; only a bug of the server ends the whole request. */
async function resultOf(
  parts: TakeLabelParts,
  log: ServerLog,
  item: unknown,
  field: string,
  taking: Taking,
): Promise<FeedbackResult> {
  try {
    return await takeLabel(parts, item, field, taking);
  } catch (error) {
    if (error instanceof FeedbackRefused)
      return { status: 'refused', code: error.code, error: error.message, field: error.field };
    log.warn('Label not stored', { reason: reason(error), requestId: taking.by });
    const sentence = 'The label could not be stored and was not counted; send it again.';
    return { status: 'refused', code: 'NotStored', error: sentence, field };
  }
}

/** One status only where one tells all. A label that may be sent again outranks those that may not. */
function statusOfList(refused: readonly Refused[], all: number): number {
  if (refused.length === 0) return 200;
  if (refused.length < all) return 207;
  const statuses = new Set(refused.map(({ code }) => statusOf(code)));
  if (statuses.has(503)) return 503;
  if (statuses.has(429)) return 429;
  return statuses.size === 1 ? [...statuses][0]! : 400;
}

interface TakeLabelParts {
  readonly env: ModelServerEnv;
  /** The endpoint's, in the order of their index. */
  readonly classNames: readonly string[] | undefined;
  /** Of request ids. */
  readonly key: string;
  readonly allowance: LabelAllowance;
  readonly bucket: string;
  readonly store: LabelStore;
  /** Counts a label that was taken. */
  readonly count: (counts: LabelCounts) => void;
}

/** When and by whom a label is taken: ms since 1970, and a text that no other item of no other call has. */
interface Taking {
  readonly at: number;
  readonly by: string;
}

const DAY_MS = 24 * 60 * 60_000;
/** Clocks of two environments differ by less; an id from beyond was not written by a server of ours. */
const MOST_AHEAD_MS = 5 * 60_000;

/**
 * Takes one label: reads its id, scores it, keeps it unless its request has one, and only then counts it. A retry finds
 * the first and counts nothing. What is refused before the store is asked costs no allowance. Throws `FeedbackRefused`,
 * or the store's own error.
 */
async function takeLabel(
  { env, classNames, key, allowance, bucket, store, count }: TakeLabelParts,
  item: unknown,
  field: string,
  taking: Taking,
): Promise<FeedbackResult> {
  const { requestId, labels } = readItem(item, field);
  const idField = within(field, 'requestId');
  const content = contentOf(requestId, idField, env, key, taking.at);
  const { answered } = content;
  if (answered === undefined)
    throw new FeedbackRefused(
      'NoPrediction',
      idField,
      `${idField} is of an answer in which no output is a prediction; predictionOutput in the settings names one.`,
    );
  const scored = scoreAll(answered, labels, within(field, 'label'), classNames);
  if (!allowance.take(taking.at))
    throw new FeedbackRefused(
      'TooManyLabels',
      field,
      `${field === '' ? 'The label' : field} came too soon: more than ${LABELS_A_MINUTE} labels a minute, beyond ` +
        'one for each answer, are not taken; send it again in a minute.',
    );
  const label = keptLabel(content, answered, labels, taking);
  const kept = await store.keepFirst(bucket, feedbackKey(env.feedbackDays, label), label);
  const result = { version: content.version, rows: answered.rows, scored: scored.length };
  // A write that was sent twice by the SDK, or by a retry of the whole invocation, meets itself: it has not been
  // counted.
  if (kept.takenBy !== taking.by) {
    if (same(kept.labels, labels)) return { status: 'already-taken', ...result };
    throw new FeedbackRefused(
      'AlreadyLabelled',
      within(field, 'label'),
      `${within(field, 'label')} is ${written(labels)}, but the request was labelled ${written(kept.labels)} at ` +
        `${kept.labelledAt}; the first label stands.`,
    );
  }
  const { endpoint } = env;
  const delaySeconds = Math.max(0, Math.round((taking.at - content.at) / 1000));
  count({ endpoint, version: content.version, at: taking.at, delaySeconds, scored });
  return { status: 'taken', ...result };
}

function contentOf(requestId: string, field: string, env: ModelServerEnv, key: string, now: number): RequestIdContent {
  const content = readRequestId(requestId, key);
  if ('problem' in content) {
    const why =
      content.problem === 'another format'
        ? `it is of format ${content.format}, this server reads format ${REQUEST_ID_FORMAT}`
        : `${content.why}; send the answer's x-greenlight-request-id as it is`;
    throw new FeedbackRefused('InvalidRequestId', field, `${field} is ${shown(requestId)}: ${why}.`);
  }
  if (content.endpoint !== env.endpoint)
    throw new FeedbackRefused(
      'OtherEndpoint',
      field,
      `${field} is of endpoint ${shown(content.endpoint)}, this one is ${shown(env.endpoint)}.`,
    );
  if (!content.live)
    throw new FeedbackRefused(
      'NotAUsers',
      field,
      `${field} is of a request to version ${content.version} by its number, not through the live alias: tests ` +
        'are not counted.',
    );
  const age = now - content.at;
  if (age > env.feedbackDays * DAY_MS || age < -MOST_AHEAD_MS)
    throw new FeedbackRefused(
      'TooOld',
      field,
      `${field} is of ${new Date(content.at).toISOString()}; labels are taken for ${env.feedbackDays} ` +
        `${env.feedbackDays === 1 ? 'day' : 'days'} after the answer.`,
    );
  return content;
}

/** Of the rows that the id carries; the labels of the others are checked for their type and kept. */
function scoreAll(
  { rows, predicted }: Answered,
  labels: readonly Label[],
  field: string,
  classNames: readonly string[] | undefined,
): readonly Scored[] {
  if (labels.length !== rows)
    throw new FeedbackRefused(
      'InvalidLabel',
      field,
      `${field} has ${labels.length} ${labels.length === 1 ? 'label' : 'labels'}, the answer had ${rows} ` +
        `${rows === 1 ? 'row' : 'rows'}: one per row is needed.`,
    );
  return predicted.values.map((_, row) => {
    const label = labels[row] ?? '';
    const scored = scoreLabel(predicted, row, label, classNames);
    if (!('problem' in scored)) return scored;
    const at = rows === 1 ? field : `${field}[${row}]`;
    throw new FeedbackRefused('InvalidLabel', at, `${at} ${shown(label)} ${scored.problem}.`);
  });
}

const keptLabel = (
  { endpoint, version, model, invocation, at }: RequestIdContent,
  { rows, predicted }: Answered,
  labels: readonly Label[],
  taking: Taking,
): KeptLabel => ({
  endpoint,
  version,
  model,
  request: invocation,
  answeredAt: new Date(at).toISOString(),
  labelledAt: new Date(taking.at).toISOString(),
  rows,
  predicted: [...predicted.values],
  labels: [...labels],
  takenBy: taking.by,
});

const same = (kept: readonly Label[], given: readonly Label[]): boolean =>
  kept.length === given.length && kept.every((one, row) => one === given[row]);

const written = (labels: readonly Label[]): string => (labels.length === 1 ? shown(labels[0]) : shown(labels));
