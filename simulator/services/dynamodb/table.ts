import { copyOut, type Item, sizeOfItem, type Value } from './attribute-value';
import { orderOf } from './condition';
import { invalidRequest } from './dynamodb-errors';

/** The key attributes of a table or index. */
export interface KeySchema {
  readonly partitionKey: string;
  readonly sortKey?: string;
}

export interface TableSchema extends KeySchema {
  /** Global secondary indexes by name, all attributes projected. */
  readonly indexes?: Readonly<Record<string, KeySchema>>;
}

const MAX_ITEM_BYTES = 400 * 1024;

/** The items of one table. Hands out copies alone. */
export class EngineTable {
  private readonly items = new Map<string, Item>();
  /** The same by their partition key: a query looks at no other partition. */
  private readonly partitions = new Map<Value | undefined, Map<string, Item>>();

  constructor(
    readonly name: string,
    readonly schema: TableSchema,
  ) {}

  get keyNames(): readonly string[] {
    const { partitionKey, sortKey } = this.schema;
    return sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];
  }

  get(key: Item): Item | undefined {
    const found = this.items.get(this.keyOf(key, true));
    return found && copyOut(found);
  }

  put(item: Item): void {
    const key = this.keyOf(item, false);
    if (sizeOfItem(item) > MAX_ITEM_BYTES) {
      throw invalidRequest('Item size has exceeded the maximum allowed size');
    }
    this.items.set(key, item);
    const partition = item[this.schema.partitionKey];
    const items = this.partitions.get(partition) ?? new Map<string, Item>();
    this.partitions.set(partition, items.set(key, item));
  }

  delete(key: Item): void {
    const identity = this.keyOf(key, true);
    this.items.delete(identity);
    this.partitions.get(key[this.schema.partitionKey])?.delete(identity);
  }

  /** Throws ValidationException for an item or key that a write would refuse. */
  check(item: Item): void {
    this.keyOf(item, false);
    if (sizeOfItem(item) > MAX_ITEM_BYTES) throw invalidRequest('Item size has exceeded the maximum allowed size');
  }

  /**
   * Those of the wanted items that have the keys of an index (or of the table), in ascending order of them. Not copies.
   * @param partition of the table's own, where no other is wanted
   */
  ordered(schema: KeySchema, wanted: (item: Item) => boolean = () => true, partition?: Value): readonly Item[] {
    const { partitionKey, sortKey = partitionKey } = schema;
    const names = [...new Set([partitionKey, sortKey, ...this.keyNames])];
    const items = schema === this.schema && partition !== undefined ? this.partitions.get(partition) : this.items;
    return [...(items?.values() ?? [])]
      .filter((item) => item[partitionKey] !== undefined && item[sortKey] !== undefined && wanted(item))
      .sort((a, b) => compareBy(names, a, b));
  }

  /** The identity of a key; `exact` refuses other attributes beside it. */
  keyOf(key: Item, exact: boolean): string {
    const names = this.keyNames;
    if (exact && Object.keys(key).length !== names.length) {
      throw invalidRequest('The provided key element does not match the schema');
    }
    return JSON.stringify(
      names.map((name) => {
        const value = key[name];
        if (value === undefined) {
          throw invalidRequest(
            exact
              ? 'The provided key element does not match the schema'
              : `One or more parameter values were invalid: Missing the key ${name} in the item`,
          );
        }
        return checkedKey(name, value);
      }),
    );
  }
}

function checkedKey(name: string, value: Value): string | number {
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw invalidRequest(`One or more parameter values were invalid: Type mismatch for key ${name}`);
  }
  if (value === '') {
    throw invalidRequest(
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an ' +
        `empty string value. Key: ${name}`,
    );
  }
  return value;
}

/** Order by several attributes, one after the other. */
export function compareBy(names: readonly string[], a: Item, b: Item): number {
  for (const name of names) {
    const order = orderOf(a[name] ?? null, b[name] ?? null) ?? 0;
    if (order !== 0) return order;
  }
  return 0;
}
