import * as z from 'zod';
import { LABELS_PREFIX } from './names';

/** Labels that arrive late: the route `POST /v2/models/{name}/feedback`, what it answers, and what it keeps. */

/** Carries the id that a label names later; on every answered inference. Lower case, as Lambda sends it on. */
export const REQUEST_ID_HEADER = 'x-greenlight-request-id';

/** Each is a write of S3's; a hundred together take about a second. */
export const MAX_FEEDBACK_ITEMS = 100;

/**
 * One environment of the function takes so many labels a minute, and one more for each of its own answers. Ten minutes
 * of it are kept for lists that come at once.
 */
export const LABELS_A_MINUTE = 600;

/** Why a label was refused. */
export const FEEDBACK_ERROR_CODES = [
  'InvalidItem',
  'InvalidRequestId',
  'OtherEndpoint',
  'NotAUsers',
  'NoPrediction',
  'TooOld',
  'InvalidLabel',
  'AlreadyLabelled',
  'TooManyLabels',
  'NotStored',
] as const;
export type FeedbackErrorCode = (typeof FEEDBACK_ERROR_CODES)[number];

const taken = z.object({
  status: z.enum(['taken', 'already-taken']),
  /** The version whose answer it labels. */
  version: z.string(),
  /** Rows of the answer, and how many of them the id carries and the label was scored on. */
  rows: z.int(),
  scored: z.int(),
});
const refused = z.object({
  status: z.literal('refused'),
  code: z.enum(FEEDBACK_ERROR_CODES),
  /** A sentence: field, value, limit. */
  error: z.string(),
  field: z.string(),
});
export const feedbackResult = z.discriminatedUnion('status', [taken, refused]);
export type FeedbackResult = Readonly<z.infer<typeof feedbackResult>>;

/** Answer to a list of labels: one result per item, in their order. */
export const feedbackAnswer = z.object({
  taken: z.int(),
  alreadyTaken: z.int(),
  refused: z.int(),
  results: z.array(feedbackResult),
  /** Lambda's id of the request that brought the labels, where some were refused: the endpoint's log names it. */
  requestId: z.string().optional(),
});
export type FeedbackAnswer = Readonly<z.infer<typeof feedbackAnswer>>;

const label = z.union([z.number(), z.string()]);

/**
 * What is kept of one labelled request, under `feedbackKey`: the user's own labelled data, and why it is counted once.
 */
export const keptLabelSchema = z.object({
  endpoint: z.string(),
  version: z.string(),
  model: z.string(),
  /** Lambda's id of the request that was answered. */
  request: z.string(),
  /** ISO 8601, UTC. */
  answeredAt: z.string(),
  labelledAt: z.string(),
  rows: z.int(),
  /** Of the rows that the id carried. */
  predicted: z.array(label),
  /** One per row of the answer. */
  labels: z.array(label),
  /** The call that wrote it, so that a retry of the write knows its own. */
  takenBy: z.string(),
});
export type KeptLabel = Readonly<z.infer<typeof keptLabelSchema>>;

/**
 * By the day of the answer and not of the label, so that a label that is sent again the next day meets the first one.
 */
export const feedbackKey = (
  keepDays: number,
  { endpoint, version, answeredAt, request }: Pick<KeptLabel, 'endpoint' | 'version' | 'answeredAt' | 'request'>,
): string => `${labelsKeptFor(keepDays)}${endpoint}/${version}/${answeredAt.slice(0, 10)}/${request}.json`;

/** Beneath it all labels go after so many days. */
export const labelsKeptFor = (days: number): string => `${LABELS_PREFIX}${days}d/`;
