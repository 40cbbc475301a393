import { invalidRequest } from './dynamodb-errors';

export type Token =
  | { readonly kind: 'word'; readonly text: string }
  /** `#name`, with its sign. */
  | { readonly kind: 'name'; readonly text: string }
  /** `:value`, with its sign. */
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'index'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: string };

const TOKEN = /\s*(?:(#\w+)|(:\w+)|([A-Za-z_]\w*)|(\d+)|(<>|<=|>=|[=<>(),.[\]+-]))/y;

/** Cuts an expression into tokens; throws ValidationException at the first character that is none. */
export function tokenize(expression: string, kind: string): readonly Token[] {
  const read = known.get(expression);
  if (read) return read;
  if (expression.trim() === '') throw invalidRequest(`Invalid ${kind}: The expression can not be empty;`);
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  const end = expression.trimEnd().length;
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const match = pattern.exec(expression);
    if (!match) {
      const near = expression.slice(at, at + 10).trim();
      throw invalidRequest(`Invalid ${kind}: Syntax error; token: "${near.slice(0, 1)}", near: "${near}"`);
    }
    const [, name, value, word, index, sign] = match;
    if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (value !== undefined) tokens.push({ kind: 'value', text: value });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (index !== undefined) tokens.push({ kind: 'index', text: index });
    else tokens.push({ kind: 'sign', text: sign! });
  }
  known.set(expression, tokens);
  return tokens;
}

/** The app has a few dozen expressions, and asks them thousands of times. */
const known = new Map<string, readonly Token[]>();
