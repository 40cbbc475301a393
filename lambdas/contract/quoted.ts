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
