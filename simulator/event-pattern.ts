/** Thrown for a matcher that the engine does not know: a rule must not match, or fail to, by accident. */
export class UnsupportedPattern extends Error {
  override readonly name = 'UnsupportedPattern';
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Whether an event matches an EventBridge pattern: every field named must match one of its alternatives. Known are
 * exact values, prefix, suffix, equals-ignore-case, anything-but (also with prefix, suffix, wildcard), exists, numeric,
 * wildcard and `$or`.
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  return Object.entries(pattern as Json).every(([key, wanted]) => {
    if (key === '$or') return (wanted as unknown[]).some((alternative) => matchesPattern(alternative, event));
    const value = isObject(event) ? event[key] : undefined;
    if (!Array.isArray(wanted)) return matchesPattern(wanted, value);
    // An array in the event matches when one of its values does.
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return wanted.some((matcher) => values.some((one) => matches(matcher, one)));
  });
}

function matches(matcher: unknown, value: unknown): boolean {
  if (!isObject(matcher)) return value === matcher;
  const [[kind, argument]] = Object.entries(matcher) as [[string, unknown]];
  const text = typeof value === 'string' ? value : undefined;
  switch (kind) {
    case 'exists':
      return (value !== undefined) === argument;
    case 'prefix':
      return text !== undefined && affix(argument, text, (one, part) => one.startsWith(part));
    case 'suffix':
      return text !== undefined && affix(argument, text, (one, part) => one.endsWith(part));
    case 'equals-ignore-case':
      return text?.toLowerCase() === String(argument).toLowerCase();
    case 'wildcard':
      return text !== undefined && wildcard(String(argument), text);
    case 'anything-but':
      return value !== undefined && !alternatives(argument).some((one) => matches(one, value));
    case 'numeric':
      return typeof value === 'number' && numeric(argument as unknown[], value);
    default:
      throw new UnsupportedPattern(`the matcher ${kind} is not supported by the embedded event bus`);
  }
}

/** `anything-but` takes a value, a list, or a matcher whose own argument may be a list. */
function alternatives(argument: unknown): readonly unknown[] {
  if (!isObject(argument)) return [argument].flat();
  return Object.entries(argument).flatMap(([kind, inner]) => [inner].flat().map((one: unknown) => ({ [kind]: one })));
}

function affix(argument: unknown, text: string, test: (text: string, part: string) => boolean): boolean {
  if (isObject(argument)) return test(text.toLowerCase(), String(argument['equals-ignore-case']).toLowerCase());
  return test(text, String(argument));
}

function wildcard(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

function numeric(terms: readonly unknown[], value: number): boolean {
  for (let i = 0; i < terms.length; i += 2) {
    if (!compare(String(terms[i]), value, Number(terms[i + 1]))) return false;
  }
  return true;
}

function compare(operator: string, value: number, limit: number): boolean {
  switch (operator) {
    case '=':
      return value === limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    default:
      throw new UnsupportedPattern(`the numeric operator ${operator} is not supported by the embedded event bus`);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
