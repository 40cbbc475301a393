/**
 * Metric math, one period at a time, as far as alarms of the app use it: numbers, ids, + - * /, comparisons, FILL and
 * IF.
 */

/** Values by id in one period; undefined where a metric has no datapoint. */
export type PeriodValues = (id: string) => number | undefined;
type Evaluate = (values: PeriodValues) => number | undefined;

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z]\w*)|(>=|<=|==|!=|[-+*/()<>,]))/y;

/** Binding strength and meaning of each operator. */
const OPERATORS: Readonly<
  Record<string, { readonly binds: number; readonly of: (a: number, b: number) => number } | undefined>
> = {
  '>=': { binds: 1, of: (a, b) => Number(a >= b) },
  '<=': { binds: 1, of: (a, b) => Number(a <= b) },
  '>': { binds: 1, of: (a, b) => Number(a > b) },
  '<': { binds: 1, of: (a, b) => Number(a < b) },
  '==': { binds: 1, of: (a, b) => Number(a === b) },
  '!=': { binds: 1, of: (a, b) => Number(a !== b) },
  '+': { binds: 2, of: (a, b) => a + b },
  '-': { binds: 2, of: (a, b) => a - b },
  '*': { binds: 3, of: (a, b) => a * b },
  '/': { binds: 3, of: (a, b) => a / b },
};

/** A period in which an operand has no datapoint has none either; nor has one whose value is no number. */
const FUNCTIONS: Readonly<Record<string, ((parts: readonly Evaluate[]) => Evaluate) | undefined>> = {
  FILL:
    ([series, filler]) =>
    (values) =>
      series?.(values) ?? filler?.(values),
  IF:
    ([condition, yes, no]) =>
    (values) => {
      const holds = condition?.(values);
      return holds === undefined ? undefined : (holds === 0 ? no : yes)?.(values);
    },
};

/** Reads an expression once. @throws Error naming what is not known */
export function parseMath(expression: string): Evaluate {
  const tokens = tokensOf(expression);
  const refuse = (what: string): never => {
    throw new Error(`the embedded CloudWatch does not know ${what} in the expression ${JSON.stringify(expression)}`);
  };
  const expect = (wanted: string) => tokens.shift() === wanted || refuse(`an expression without ${wanted}`);

  const operand = (): Evaluate => {
    const token = tokens.shift() ?? refuse('an end');
    if (token === '(') {
      const inner = operation(0);
      expect(')');
      return inner;
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (tokens[0] === '(') return call(token);
    if (/^[a-z]/.test(token)) return (values) => values(token);
    return refuse(token);
  };
  const call = (name: string): Evaluate => {
    const make = FUNCTIONS[name] ?? refuse(`the function ${name}`);
    const parts: Evaluate[] = [];
    do {
      tokens.shift();
      parts.push(operation(0));
    } while (tokens[0] === ',');
    expect(')');
    return make(parts);
  };
  const operation = (least: number): Evaluate => {
    let left = operand();
    for (;;) {
      const operator = OPERATORS[tokens[0] ?? ''];
      if (operator === undefined || operator.binds <= least) return left;
      tokens.shift();
      left = combined(left, operator.of, operation(operator.binds));
    }
  };
  const parsed = operation(0);
  if (tokens.length > 0) refuse(tokens.join(' '));
  return parsed;
}

const combined =
  (left: Evaluate, of: (a: number, b: number) => number, right: Evaluate): Evaluate =>
  (values) => {
    const [a, b] = [left(values), right(values)];
    const result = a === undefined || b === undefined ? undefined : of(a, b);
    return Number.isFinite(result) ? result : undefined;
  };

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(expression);
    if (!found) throw new Error(`the embedded CloudWatch cannot read ${JSON.stringify(expression.slice(at))}`);
    tokens.push(found.slice(1).find((part) => part !== undefined) ?? '');
  }
  return tokens;
}
