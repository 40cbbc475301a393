import type * as z from 'zod';

/** A value is quoted in errors up to here. */
const MAX_SHOWN = 200;

/**
 * Turns a ZodError into one line per problem: field and limit in the schema's words, and the value, which is looked up in
 * what was written where that is given (the schema's messages only know the limit).
 */
export function problems(error: z.ZodError, subject = '', written?: unknown): readonly string[] {
  return error.issues.map((issue) => {
    const path = [subject, ...issue.path.map(String)].filter((part) => part !== '').join('.');
    const field = path === '' ? 'input' : path;
    if (issue.code === 'unrecognized_keys')
      return `${field}: unknown key ${issue.keys.map((key) => `"${key.slice(0, 80)}"`).join(', ')}`;
    // Messages of our own may quote the value already.
    const quoted = written === undefined || issue.path.length === 0 || issue.message.includes('; got ');
    return `${field}: ${issue.message}${quoted ? '' : `; got ${shown(issue.path.reduce<unknown>(inside, written))}`}`;
  });
}

const inside = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;

const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value).slice(0, MAX_SHOWN);
