import type { z } from 'zod';
import { quoted } from '../../lambdas/contract/problems';

type Issue = z.core.$ZodIssue;

/**
 * Every problem of one endpoint's settings: field, value, limit. The value is looked up in what the person wrote, since
 * the schema's messages only know the limit.
 */
export function problemsOf(endpoint: string, written: unknown, error: z.ZodError): readonly string[] {
  return error.issues.flatMap(deepest).map((issue) => {
    const where = `endpoint ${JSON.stringify(endpoint)}: `;
    const field = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys')
      return (
        `${where}${field === '' ? '' : `${field}: `}unknown setting ` +
        `${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`
      );
    if (field === '') return `${where}${issue.message}`;
    // Messages of our own may quote the value already.
    if (issue.message.includes('; got ')) return `${where}${field}: ${issue.message}`;
    const value = issue.path.reduce<unknown>(inside, written);
    return `${where}${field} is ${shown(value)}: ${limit(issue)}`;
  });
}

/**
 * "this, or false" fails with one list of issues per branch; only the branch that was meant helps: the one that got
 * deepest.
 */
function deepest(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union' || issue.message !== 'Invalid input') return [issue];
  const branches = issue.errors.map((branch) =>
    branch.flatMap((inner) => deepest({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  const depth = (branch: readonly Issue[]) => Math.max(0, ...branch.map((inner) => inner.path.length));
  const sorted = [...branches].sort((one, other) => depth(other) - depth(one));
  return sorted[0] ?? [issue];
}

function inside(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

const shown = (value: unknown): string => (value === undefined ? 'missing' : quoted(value));

function limit(issue: Issue): string {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
        : issue.message;
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
        : issue.message;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    default:
      return issue.message;
  }
}
