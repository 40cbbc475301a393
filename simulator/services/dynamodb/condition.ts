import { isDeepStrictEqual } from 'node:util';
import { type Item, sizeOf, typeOf, type Value } from './attribute-value';
import { valueAt } from './document-path';
import { invalidRequest } from './dynamodb-errors';
import { type ExpressionReader, isWord, type Operand, type Path } from './expression-reader';

type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type ParsedCondition =
  | { readonly kind: 'and' | 'or'; readonly left: ParsedCondition; readonly right: ParsedCondition }
  | { readonly kind: 'not'; readonly of: ParsedCondition }
  | { readonly kind: 'compare'; readonly by: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly value: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly value: Operand; readonly list: readonly Operand[] }
  | { readonly kind: 'attribute_exists' | 'attribute_not_exists'; readonly path: Path }
  | { readonly kind: 'begins_with' | 'contains' | 'attribute_type'; readonly value: Operand; readonly with: Operand };

const COMPARATORS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='] satisfies readonly Comparator[];

/** Parses a whole condition, filter or key condition. OR binds weakest, then AND, then NOT. */
export function parseCondition(reader: ExpressionReader): ParsedCondition {
  const condition = parseOr(reader);
  if (!reader.done()) throw reader.unexpected();
  return condition;
}

function parseOr(reader: ExpressionReader): ParsedCondition {
  let left = parseAnd(reader);
  while (reader.take('OR')) left = { kind: 'or', left, right: parseAnd(reader) };
  return left;
}

function parseAnd(reader: ExpressionReader): ParsedCondition {
  let left = parseNot(reader);
  while (reader.take('AND')) left = { kind: 'and', left, right: parseNot(reader) };
  return left;
}

function parseNot(reader: ExpressionReader): ParsedCondition {
  if (reader.take('NOT')) return { kind: 'not', of: parseNot(reader) };
  if (reader.take('(')) {
    const inner = parseOr(reader);
    reader.expect(')');
    return inner;
  }
  const token = reader.peek();
  const isFunction = token?.kind === 'word' && reader.peek(1)?.text === '(' && !isWord(token, 'size');
  return isFunction ? parseFunction(reader) : parseComparison(reader);
}

function parseFunction(reader: ExpressionReader): ParsedCondition {
  const name = reader.next().text;
  reader.expect('(');
  switch (name) {
    case 'attribute_exists':
    case 'attribute_not_exists': {
      const path = reader.path();
      reader.expect(')');
      return { kind: name, path };
    }
    case 'begins_with':
    case 'contains':
    case 'attribute_type': {
      const value = reader.operand();
      reader.expect(',');
      const second = reader.operand();
      reader.expect(')');
      return { kind: name, value, with: second };
    }
    default:
      throw invalidRequest(`Invalid ${reader.kind}: Invalid function name; function: ${name}`);
  }
}

function parseComparison(reader: ExpressionReader): ParsedCondition {
  const left = reader.operand();
  if (reader.take('BETWEEN')) {
    const low = reader.operand();
    reader.expect('AND');
    return { kind: 'between', value: left, low, high: reader.operand() };
  }
  if (reader.take('IN')) {
    reader.expect('(');
    const list = [reader.operand()];
    while (reader.take(',')) list.push(reader.operand());
    reader.expect(')');
    return { kind: 'in', value: left, list };
  }
  if (!COMPARATORS.includes(reader.peek()?.text ?? '')) throw reader.unexpected();
  const by = reader.next().text as Comparator;
  return { kind: 'compare', by, left, right: reader.operand() };
}

/** Whether an item meets a condition. A comparison with something that is not there is false, `<>` true. */
export function meets(item: Item, condition: ParsedCondition): boolean {
  switch (condition.kind) {
    case 'and':
      return meets(item, condition.left) && meets(item, condition.right);
    case 'or':
      return meets(item, condition.left) || meets(item, condition.right);
    case 'not':
      return !meets(item, condition.of);
    case 'attribute_exists':
      return valueAt(item, condition.path) !== undefined;
    case 'attribute_not_exists':
      return valueAt(item, condition.path) === undefined;
    case 'compare':
      return compares(condition.by, operandOf(item, condition.left), operandOf(item, condition.right));
    case 'between': {
      const value = operandOf(item, condition.value);
      return (
        compares('>=', value, operandOf(item, condition.low)) && compares('<=', value, operandOf(item, condition.high))
      );
    }
    case 'in': {
      const value = operandOf(item, condition.value);
      return condition.list.some((each) => compares('=', value, operandOf(item, each)));
    }
    case 'begins_with': {
      const [value, prefix] = [operandOf(item, condition.value), operandOf(item, condition.with)];
      return typeof value === 'string' && typeof prefix === 'string' && value.startsWith(prefix);
    }
    case 'contains':
      return contains(operandOf(item, condition.value), operandOf(item, condition.with));
    case 'attribute_type': {
      const value = operandOf(item, condition.value);
      return value !== undefined && typeOf(value) === operandOf(item, condition.with);
    }
  }
}

function operandOf(item: Item, operand: Operand): Value | undefined {
  switch (operand.kind) {
    case 'value':
      return operand.value;
    case 'path':
      return valueAt(item, operand.path);
    case 'size': {
      const value = valueAt(item, operand.path);
      return value === undefined ? undefined : lengthOf(value);
    }
  }
}

/** What `size` gives: characters' bytes, elements or members. */
function lengthOf(value: Value): number | undefined {
  if (value instanceof Set) return value.size;
  if (Array.isArray(value)) return value.length;
  switch (typeOf(value)) {
    case 'S':
    case 'B':
      return sizeOf(value);
    case 'M':
      return Object.keys(value as Item).length;
    default:
      return undefined;
  }
}

function compares(by: Comparator, left: Value | undefined, right: Value | undefined): boolean {
  if (by === '=') return left !== undefined && isDeepStrictEqual(left, right);
  if (by === '<>') return !isDeepStrictEqual(left, right);
  // Order exists within strings, numbers and bytes only, and never across types.
  if (left === undefined || right === undefined || typeOf(left) !== typeOf(right)) return false;
  const order = orderOf(left, right);
  if (order === undefined) return false;
  switch (by) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** Order of two values of one type: numbers as numbers, strings by their UTF-8 bytes. */
export function orderOf(left: Value, right: Value): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string')
    return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right));
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right);
  return undefined;
}

function contains(value: Value | undefined, part: Value | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if (typeof value === 'string') return typeof part === 'string' && value.includes(part);
  if (value instanceof Set) return value.has(part);
  return Array.isArray(value) && value.some((each) => isDeepStrictEqual(each, part));
}
