import { copyOut, type Item, type Value } from './attribute-value';
import { removeAt, setAt, valueAt } from './document-path';
import { invalidRequest } from './dynamodb-errors';
import { type ExpressionReader, isWord, type Path } from './expression-reader';

/** What a SET may assign. */
type Term =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: Term }
  | { readonly kind: 'list_append'; readonly first: Term; readonly second: Term }
  | { readonly kind: '+' | '-'; readonly left: Term; readonly right: Term };

type UpdateAction =
  | { readonly kind: 'set'; readonly path: Path; readonly term: Term }
  | { readonly kind: 'remove'; readonly path: Path }
  | { readonly kind: 'add' | 'delete'; readonly path: Path; readonly value: Value };

const CLAUSES = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;

/** Parses an update expression. Each clause may stand once, and no two actions may touch overlapping paths. */
export function parseUpdate(reader: ExpressionReader): readonly UpdateAction[] {
  const actions: UpdateAction[] = [];
  const seen = new Set<string>();
  while (!reader.done()) {
    const clause = CLAUSES.find((each) => isWord(reader.peek(), each));
    if (clause === undefined) throw reader.unexpected();
    reader.next();
    if (seen.has(clause)) {
      throw invalidRequest(
        `Invalid UpdateExpression: The "${clause}" section can only be used once in an update expression;`,
      );
    }
    seen.add(clause);
    do actions.push(parseAction(reader, clause));
    while (reader.take(','));
  }
  checkOverlap(actions);
  return actions;
}

function parseAction(reader: ExpressionReader, clause: (typeof CLAUSES)[number]): UpdateAction {
  const path = reader.path();
  switch (clause) {
    case 'SET':
      reader.expect('=');
      return { kind: 'set', path, term: parseSum(reader) };
    case 'REMOVE':
      return { kind: 'remove', path };
    case 'ADD':
    case 'DELETE': {
      const operand = reader.operand();
      if (operand.kind !== 'value') throw reader.unexpected();
      return { kind: clause === 'ADD' ? 'add' : 'delete', path, value: operand.value };
    }
  }
}

function parseSum(reader: ExpressionReader): Term {
  const left = parseTerm(reader);
  for (const kind of ['+', '-'] as const) {
    if (reader.take(kind)) return { kind, left, right: parseTerm(reader) };
  }
  return left;
}

function parseTerm(reader: ExpressionReader): Term {
  const name = reader.peek();
  if (reader.peek(1)?.text === '(' && isWord(name, 'if_not_exists')) {
    reader.next();
    reader.expect('(');
    const path = reader.path();
    reader.expect(',');
    const otherwise = parseTerm(reader);
    reader.expect(')');
    return { kind: 'if_not_exists', path, otherwise };
  }
  if (reader.peek(1)?.text === '(' && isWord(name, 'list_append')) {
    reader.next();
    reader.expect('(');
    const first = parseTerm(reader);
    reader.expect(',');
    const second = parseTerm(reader);
    reader.expect(')');
    return { kind: 'list_append', first, second };
  }
  const operand = reader.operand();
  if (operand.kind === 'size') throw reader.unexpected();
  return operand;
}

function checkOverlap(actions: readonly UpdateAction[]): void {
  const paths = actions.map((action) => action.path.join('\n') + '\n');
  paths.forEach((path, index) => {
    if (paths.some((other, at) => at !== index && other.startsWith(path))) {
      throw invalidRequest(
        'Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of ' +
          'these paths;',
      );
    }
  });
}

/** The updated item. Every right-hand side sees the item as it was before. */
export function applyUpdate(before: Item, actions: readonly UpdateAction[], keys: readonly string[]): Item {
  const after = copyOut(before);
  for (const action of actions) {
    if (keys.includes(String(action.path[0]))) {
      throw invalidRequest(
        `One or more parameter values were invalid: Cannot update attribute ${action.path[0]}. This attribute is ` +
          'part of the key',
      );
    }
    apply(before, after, action);
  }
  return after;
}

function apply(before: Item, after: Item, action: UpdateAction): void {
  switch (action.kind) {
    case 'set':
      setAt(after, action.path, copyOut(termOf(before, action.term)));
      return;
    case 'remove':
      removeAt(after, action.path);
      return;
    case 'add': {
      const old = valueAt(before, action.path);
      setAt(after, action.path, sumOf(old, action.value));
      return;
    }
    case 'delete': {
      const old = valueAt(before, action.path);
      if (!(old instanceof Set) || !(action.value instanceof Set)) {
        if (old === undefined) return;
        throw invalidRequest('An operand in the update expression has an incorrect data type');
      }
      const rest = new Set(
        [...old].filter((each) => !(action.value as ReadonlySet<string | number>).has(each as string)),
      );
      if (rest.size > 0) setAt(after, action.path, rest as ReadonlySet<string | number>);
      else removeAt(after, action.path);
    }
  }
}

function sumOf(old: Value | undefined, value: Value): Value {
  if (typeof value === 'number' && (old === undefined || typeof old === 'number')) return (old ?? 0) + value;
  if (value instanceof Set && (old === undefined || old instanceof Set)) {
    return new Set([...((old ?? []) as Iterable<string>), ...(value as Iterable<string>)]);
  }
  throw invalidRequest('An operand in the update expression has an incorrect data type');
}

function termOf(item: Item, term: Term): Value {
  switch (term.kind) {
    case 'value':
      return term.value;
    case 'path': {
      const value = valueAt(item, term.path);
      if (value === undefined) {
        throw invalidRequest('The provided expression refers to an attribute that does not exist in the item');
      }
      return value;
    }
    case 'if_not_exists':
      return valueAt(item, term.path) ?? termOf(item, term.otherwise);
    case 'list_append': {
      const [first, second] = [termOf(item, term.first), termOf(item, term.second)];
      if (!Array.isArray(first) || !Array.isArray(second)) throw wrongType();
      return [...(first as readonly Value[]), ...(second as readonly Value[])];
    }
    case '+':
    case '-': {
      const [left, right] = [termOf(item, term.left), termOf(item, term.right)];
      if (typeof left !== 'number' || typeof right !== 'number') throw wrongType();
      return term.kind === '+' ? left + right : left - right;
    }
  }
}

const wrongType = () => invalidRequest('Invalid UpdateExpression: Incorrect operand type for operator or function');
