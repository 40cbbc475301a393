import type { FeedbackAnswer, FeedbackResult } from '../../contract/feedback';
import { errorAnswer, jsonAnswer, type Answer, type AnswerHeaders } from '../answer';
import { reason } from '../not-ready';
import type { ServerLog } from '../server-log';
import { FeedbackRefused, statusOf } from './feedback-refused';
import { readFeedback } from './read-feedback';
import { takeLabel, type Taking, type TakeLabelParts } from './take-label';

type Refused = Extract<FeedbackResult, { status: 'refused' }>;

/**
 * Answers a feedback request. A list is answered item by item: 200 when every label was taken or had been, 207 when some
 * were refused, and the refusals' own status when all were. One item by itself is answered with its result or an error.
 * Throws `RequestError` where the body is neither.
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
