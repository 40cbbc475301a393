import type * as z from 'zod';

/** Turns a ZodError into one line per problem: field, value and limit, in the schema's words. */
export function problems(error: z.ZodError, subject = ''): readonly string[] {
  return error.issues.map((issue) => {
    const field = [subject, ...issue.path.map(String)].filter((part) => part !== '').join('.');
    if (issue.code === 'unrecognized_keys')
      return `${field === '' ? 'input' : field}: unknown key ${issue.keys.map((key) => `"${key.slice(0, 80)}"`).join(', ')}`;
    return `${field === '' ? 'input' : field}: ${issue.message}`;
  });
}
