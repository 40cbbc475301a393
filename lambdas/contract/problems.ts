import type * as z from 'zod';
import { onOneLine } from './on-one-line';
import { quoted } from './quoted';

/** Quoted of a problem, and problems of a message: what a person can read, and what a workflow can carry (256 KiB). */
const MAX_KEYS = 10;
const MAX_KEY = 80;
const MAX_PROBLEMS = 20;

/**
 * Turns a ZodError into one line per problem: field and limit in the schema's words, and the value, which is looked up in
 * what was written where that is given (the schema's messages only know the limit).
 */
export function problems(error: z.ZodError, subject = '', written?: unknown): readonly string[] {
  return error.issues.map((issue) => {
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
