/** A plain value as the document client takes and gives it. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | ReadonlySet<string | number>
  | readonly Value[]
  | { readonly [name: string]: Value };

export type Item = Readonly<Record<string, Value>>;

/** A value in DynamoDB's own form. */
export type AttributeValue = Readonly<Record<string, unknown>>;

/**
 * A deep copy of what a caller gave, refused where the document client's marshalling refuses it: undefined (unless it
 * is to be removed), class instances, NaN and infinities, numbers beyond 2^53, empty sets.
 */
export function copyIn(value: unknown, removeUndefined: boolean): Value {
  if (value === undefined) {
    throw new Error('Pass options.removeUndefinedValues=true to remove undefined values from map/array/set.');
  }
  if (typeof value === 'number') return checkedNumber(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof Set) {
    if (value.size === 0) throw new Error('Pass a non-empty set, or options.convertEmptyValues=true.');
    return new Set(value) as ReadonlySet<string | number>;
  }
  if (Array.isArray(value)) {
    const kept = removeUndefined ? value.filter((each) => each !== undefined) : value;
    return kept.map((each) => copyIn(each, removeUndefined));
  }
  if (typeof value === 'object') {
    const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
    if (prototype === null || prototype.constructor?.name === 'Object') {
      return copyMap(value as Record<string, unknown>, removeUndefined);
    }
  }
  throw new Error(
    `Unsupported type passed: ${Object.prototype.toString.call(value)}. Pass ` +
      'options.convertClassInstanceToMap=true to marshall typeof object as map attribute.',
  );
}

export function copyMap(map: Readonly<Record<string, unknown>>, removeUndefined: boolean): Item {
  const copy: Record<string, Value> = {};
  for (const [name, value] of Object.entries(map)) {
    if (typeof value === 'function' || (value === undefined && removeUndefined)) continue;
    copy[name] = copyIn(value, removeUndefined);
  }
  return copy;
}

function checkedNumber(value: number): number {
  if (!Number.isFinite(value)) throw new Error(`Special numeric value ${value} is not allowed`);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw new Error(
      `Number ${value} is greater than Number.MAX_SAFE_INTEGER. Use NumberValue from @aws-sdk/lib-dynamodb.`,
    );
  }
  return value;
}

/** A deep copy to hand out, so that callers do not share the table's own objects. */
export function copyOut<T extends Value>(value: T): T;
export function copyOut(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof Set) return new Set(value);
  if (Array.isArray(value)) return (value as readonly Value[]).map((each) => copyOut(each));
  const copy: Record<string, Value> = {};
  for (const [name, member] of Object.entries(value as Item)) copy[name] = copyOut(member);
  return copy;
}

/** DynamoDB's names of types, as in `attribute_type` and in its own form of values. */
export function typeOf(value: Value): 'S' | 'N' | 'BOOL' | 'NULL' | 'B' | 'SS' | 'NS' | 'L' | 'M' {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return 'S';
  if (typeof value === 'number') return 'N';
  if (typeof value === 'boolean') return 'BOOL';
  if (value instanceof Uint8Array) return 'B';
  if (value instanceof Set) return typeof [...value][0] === 'number' ? 'NS' : 'SS';
  return Array.isArray(value) ? 'L' : 'M';
}

export const marshallItem = (item: Item): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, marshall(value)]));

function marshall(value: Value): AttributeValue {
  const type = typeOf(value);
  switch (type) {
    case 'N':
      return { N: JSON.stringify(value) };
    case 'NULL':
      return { NULL: true };
    case 'SS':
    case 'NS':
      return { [type]: [...(value as ReadonlySet<string | number>)].map(String) };
    case 'L':
      return { L: (value as readonly Value[]).map(marshall) };
    case 'M':
      return { M: marshallItem(value as Item) };
    default:
      return { [type]: value };
  }
}

/**
 * Bytes of an item by DynamoDB's rules, near enough: names and values in UTF-8, 3 bytes for a list or map, 1 a member.
 */
export function sizeOf(value: Value): number {
  switch (typeOf(value)) {
    case 'S':
      return Buffer.byteLength(value as string);
    case 'N':
      return Math.ceil(JSON.stringify(value).replace(/\D/g, '').length / 2) + 1;
    case 'B':
      return (value as Uint8Array).byteLength;
    case 'SS':
    case 'NS':
      return [...(value as ReadonlySet<string | number>)].reduce<number>((sum, each) => sum + sizeOf(each), 0);
    case 'L':
      return (value as readonly Value[]).reduce<number>((sum, each) => sum + 1 + sizeOf(each), 3);
    case 'M':
      return sizeOfItem(value as Item) + 3 + Object.keys(value as Item).length;
    default:
      return 1;
  }
}

export const sizeOfItem = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value), 0);
