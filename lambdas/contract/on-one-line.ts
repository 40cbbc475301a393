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
