import { MAX_FEEDBACK_ITEMS } from '../../contract/feedback';
import { MAX_ROWS_COUNTED } from '../../contract/metric-names';
import { shown } from '../../contract/datatypes';
import type { Label } from '../../domain/feedback';
import { invalidInput } from '../not-ready';
import { FeedbackRefused } from './feedback-refused';

type UnreadFields = Readonly<Record<string, unknown>>;

/** The items of a body, not looked into yet; `single` when the body is itself the one item. */
export interface FeedbackRequest {
  readonly form: 'single' | 'list';
  readonly items: readonly { readonly field: string; readonly item: unknown }[];
}

export interface FeedbackItem {
  readonly requestId: string;
  /** One per row of the answer; a label that was given without a list is the only one. */
  readonly labels: readonly Label[];
}

/** Text labels of more characters are a mistake. */
const MAX_LABEL_LENGTH = 1_000;
/** Labels of rows that the id does not carry are kept, though not scored. */
const MAX_LABELS = 100 * MAX_ROWS_COUNTED;

/** Reads `{ "feedback": [item, …] }`, or one item by itself. Throws `RequestError` where the body is neither. */
export function readFeedback(body: UnreadFields): FeedbackRequest {
  const { feedback } = body;
  if (feedback === undefined) {
    if (body['requestId'] === undefined && body['label'] === undefined)
      throw invalidInput('feedback', 'is missing: send { "feedback": [{ "requestId", "label" }] } or one such item');
    return { form: 'single', items: [{ field: '', item: body }] };
  }
  if (body['requestId'] !== undefined || body['label'] !== undefined)
    throw invalidInput('feedback', 'stands beside a requestId or a label: send a list or one item, not both');
  if (!Array.isArray(feedback)) throw invalidInput('feedback', `is ${shown(feedback)}, not an array`);
  if (feedback.length === 0 || feedback.length > MAX_FEEDBACK_ITEMS)
    throw invalidInput('feedback', `has ${feedback.length} items; 1 to ${MAX_FEEDBACK_ITEMS} can be sent at once`);
  return {
    form: 'list',
    items: feedback.map((item: unknown, index) => ({ field: `feedback[${index}]`, item })),
  };
}

/** Unknown keys are refused by name, because a label under a misspelt one would be lost. Throws `FeedbackRefused`. */
export function readItem(item: unknown, field: string): FeedbackItem {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    throw new FeedbackRefused('InvalidItem', field, `${field} is ${shown(item)}, not an object.`);
  const { requestId, label, ...others } = item as UnreadFields;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    const sentence = `${nameOf(field)} has the key ${shown(unknown)}; there are requestId and label only.`;
    throw new FeedbackRefused('InvalidItem', within(field, unknown.slice(0, 60)), sentence);
  }
  const idField = within(field, 'requestId');
  if (typeof requestId !== 'string')
    throw new FeedbackRefused('InvalidRequestId', idField, `${idField} is ${shown(requestId)}, not text.`);
  return { requestId, labels: readLabels(label, within(field, 'label')) };
}

function readLabels(label: unknown, field: string): readonly Label[] {
  if (!Array.isArray(label)) return [readLabel(label, field)];
  if (label.length === 0 || label.length > MAX_LABELS)
    throw new FeedbackRefused(
      'InvalidLabel',
      field,
      `${field} has ${label.length} labels; it must have one per row of the answer, at most ${MAX_LABELS}.`,
    );
  // `Array.from` visits holes, too.
  return Array.from(label, (one: unknown, row) => readLabel(one, `${field}[${row}]`));
}

function readLabel(label: unknown, field: string): Label {
  if (typeof label === 'number' && Number.isFinite(label)) return label;
  if (typeof label === 'string' && label.length <= MAX_LABEL_LENGTH) return label;
  const problem =
    typeof label === 'string'
      ? `has ${label.length} characters, the limit is ${MAX_LABEL_LENGTH}`
      : `is ${shown(label)}; it must be the index or the name of a class, or a number`;
  throw new FeedbackRefused('InvalidLabel', field, `${field} ${problem}.`);
}

export const within = (field: string, key: string): string => (field === '' ? key : `${field}.${key}`);

const nameOf = (field: string): string => (field === '' ? 'The item' : field);
