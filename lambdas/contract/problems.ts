import type * as z from 'zod';

/** Quoted of a problem, and problems of a message: what a person can read, and what a workflow can carry (256 KiB). */
const MAX_KEYS = 10;
const MAX_KEY = 80;
const MAX_PROBLEMS = 20;

/**
 * Turns a ZodError into one line per problem: field and limit in the schema's words, and the value, which is looked up
 * in what was written where that is given (the schema's messages only know the limit).
 */
export function problems(error: z.ZodError, subject = '', written?: unknown): readonly string[] {
  return error.issues.flatMap(specific).map((issue) => {
    const path = [subject, ...issue.path.map(String)]
      .filter((part) => part !== '')
      .map((part) => part.slice(0, MAX_KEY))
      .join('.');
    const field = onOneLine(path === '' ? 'input' : path);
    if (issue.code === 'unrecognized_keys') return `${field}: unknown key ${listed(issue.keys)}`;
    // Messages of our own may quote the value already.
    const hasValue = written === undefined || issue.path.length === 0 || issue.message.includes('; got ');
    return `${field}: ${issue.message}${hasValue ? '' : `; got ${shown(issue.path.reduce<unknown>(inside, written))}`}`;
  });
}

/**
 * A union's issue says that nothing fits. Where the value is of one option's kind (an object in place of `false`), that
 * option's issues say which field is wrong; else the options' messages are one.
 */
function specific(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  // A schema's own words are better than ours.
  if (issue.code !== 'invalid_union' || issue.errors.length === 0 || issue.message !== 'Invalid input') return [issue];
  const options = issue.errors.map((option) => option.flatMap(specific));
  const within = options.filter((option) =>
    option.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  const [closest] = within.sort((a, b) => a.length - b.length);
  if (closest !== undefined) return closest.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
  const expected = new Set(
    options.flat().map(({ message }) => message.replace(/^Invalid \w+: expected /, '').replace(/, received .*$/, '')),
  );
  return [{ ...issue, message: `Invalid input: expected ${[...expected].join(', or ')}` }];
}

/** Problems as one message; what is too much to read is counted. */
export const inOneMessage = (lines: readonly string[]): string =>
  [
    ...lines.slice(0, MAX_PROBLEMS),
    ...(lines.length > MAX_PROBLEMS ? [`and ${lines.length - MAX_PROBLEMS} more`] : []),
  ].join('; ');

const listed = (keys: readonly string[]): string =>
  [
    ...keys.slice(0, MAX_KEYS).map((key) => `"${onOneLine(key.slice(0, MAX_KEY))}"`),
    ...(keys.length > MAX_KEYS ? [`and ${keys.length - MAX_KEYS} more`] : []),
  ].join(', ');

const inside = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;

const shown = (value: unknown): string => (value === undefined ? 'nothing' : quoted(value));

/**
 * Whatever ends a line, steers a terminal, turns the order of text around, or is half a character: ends of lines and
 * paragraphs, control characters of both tables, lone surrogates, bidirectional overrides
 * (https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings).
 */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text from outside, for a sentence, a notice or a log: what could forge a line is written as an escape, as JSON would.
 * Cut text first: a cut may leave half a character.
 */
export const onOneLine = (text: string): string =>
  text.replace(UNSAFE, (unit) => SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Whether text can be sent on: half a surrogate pair has no UTF-8, so that no service takes it. */
export const isWellFormed = (text: string): boolean => !/\p{Cs}/u.test(text);

/** A value is quoted in errors up to here. */
const MAX_QUOTED = 200;
/** Deeper parts are left out. */
const MAX_DEPTH = 200;

/**
 * A value as JSON for a message: on one line and cut short. Does not walk through all of it: a value from outside may
 * be nested deeper than JSON.stringify can go.
 */
export const quoted = (value: unknown, room = MAX_QUOTED): string => onOneLine(written(value, room, 0).slice(0, room));

function written(value: unknown, room: number, depth: number): string {
  if (room <= 0 || depth > MAX_DEPTH) return '';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, room));
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? typeof value;
  const isArray = Array.isArray(value);
  let text = isArray ? '[' : '{';
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    if (text.length >= room) return text;
    if (text.length > 1) text += ',';
    if (!isArray) text += `${JSON.stringify(key.slice(0, room))}:`;
    text += written((value as Readonly<Record<string, unknown>>)[key], room - text.length, depth + 1);
  }
  return text + (isArray ? ']' : '}');
}
