import type { QueryCommandInput, ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import { copyOut, type Item, sizeOfItem, type Value } from './attribute-value';
import { type ParsedCondition, meets, parseCondition } from './condition';
import { valueAt } from './document-path';
import { invalidRequest } from './dynamodb-errors';
import { ExpressionReader, type Path } from './expression-reader';
import type { Placeholders } from './placeholders';
import { compareBy, type KeySchema, type EngineTable } from './table';

const MAX_PAGE_BYTES = 1024 * 1024;

export interface QueryPage {
  readonly Items?: Record<string, unknown>[];
  readonly Count: number;
  readonly ScannedCount: number;
  readonly LastEvaluatedKey?: Record<string, unknown>;
}

/** One page of a query: keys first, then Limit, then the filter. */
export function query(table: EngineTable, input: QueryCommandInput, placeholders: Placeholders): QueryPage {
  const schema = schemaOf(table, input.IndexName);
  const key = parseCondition(
    new ExpressionReader(input.KeyConditionExpression ?? '', 'KeyConditionExpression', placeholders),
  );
  const partition = checkKeyCondition(key, schema);
  const items = table.ordered(schema, (item) => meets(item, key), partition);
  return page(table, schema, input.ScanIndexForward === false ? [...items].reverse() : items, input, placeholders);
}

export function scan(table: EngineTable, input: ScanCommandInput, placeholders: Placeholders): QueryPage {
  const schema = schemaOf(table, input.IndexName);
  return page(table, schema, table.ordered(schema), input, placeholders);
}

function schemaOf(table: EngineTable, indexName: string | undefined): KeySchema {
  if (indexName === undefined) return table.schema;
  const index = table.schema.indexes?.[indexName];
  if (!index) throw invalidRequest(`The table does not have the specified index: ${indexName}`);
  return index;
}

function page(
  table: EngineTable,
  schema: KeySchema,
  items: readonly Item[],
  input: QueryCommandInput | ScanCommandInput,
  placeholders: Placeholders,
): QueryPage {
  const filter =
    input.FilterExpression === undefined
      ? undefined
      : parseCondition(new ExpressionReader(input.FilterExpression, 'FilterExpression', placeholders));
  const paths =
    input.ProjectionExpression === undefined
      ? undefined
      : parseProjection(new ExpressionReader(input.ProjectionExpression, 'ProjectionExpression', placeholders));
  placeholders.checkAllUsed();
  if (input.Limit !== undefined && input.Limit < 1) {
    throw invalidRequest('Limit must be greater than or equal to 1');
  }
  const rest = after(table, schema, items, input);
  const read: Item[] = [];
  let bytes = 0;
  for (const item of rest) {
    if (read.length === input.Limit || bytes > MAX_PAGE_BYTES) break;
    read.push(item);
    bytes += sizeOfItem(item);
  }
  const found = filter ? read.filter((item) => meets(item, filter)) : read;
  // A page that Limit ended has a key to go on from, even when nothing follows.
  const stopped = read.length < rest.length || read.length === input.Limit;
  const last = stopped ? read.at(-1) : undefined;
  return {
    ...(input.Select !== 'COUNT' && { Items: found.map((item) => copyOut(paths ? projected(item, paths) : item)) }),
    Count: found.length,
    ScannedCount: read.length,
    ...(last && { LastEvaluatedKey: keyOf(table, schema, last) }),
  };
}

function after(
  table: EngineTable,
  schema: KeySchema,
  items: readonly Item[],
  input: QueryCommandInput | ScanCommandInput,
): readonly Item[] {
  const start = input.ExclusiveStartKey as Item | undefined;
  if (start === undefined) return items;
  const names = Object.keys(keyOf(table, schema, start));
  const forward = !('ScanIndexForward' in input) || input.ScanIndexForward !== false;
  return items.filter((item) => compareBy(names, item, start) * (forward ? 1 : -1) > 0);
}

function keyOf(table: EngineTable, schema: KeySchema, item: Item): Record<string, unknown> {
  const names = [schema.partitionKey, ...(schema.sortKey === undefined ? [] : [schema.sortKey]), ...table.keyNames];
  return Object.fromEntries(names.map((name) => [name, item[name]]));
}

/**
 * A key condition is an equality on the partition key, and at most one condition on the sort key, joined by AND.
 * Answers the partition.
 */
function checkKeyCondition(condition: ParsedCondition, schema: KeySchema): Value | undefined {
  const parts = flatten(condition);
  const partition = parts.filter((part) => subject(part) === schema.partitionKey);
  const sort = parts.filter((part) => schema.sortKey !== undefined && subject(part) === schema.sortKey);
  const equality = partition.every((part) => part.kind === 'compare' && part.by === '=');
  if (partition.length === 0) {
    throw invalidRequest(`Query condition missed key schema element: ${schema.partitionKey}`);
  }
  if (partition.length !== 1 || !equality || sort.length > 1 || partition.length + sort.length !== parts.length) {
    throw invalidRequest('Query key condition not supported');
  }
  const [only] = partition;
  return only?.kind === 'compare' && only.right.kind === 'value' ? only.right.value : undefined;
}

const flatten = (condition: ParsedCondition): readonly ParsedCondition[] =>
  condition.kind === 'and' ? [...flatten(condition.left), ...flatten(condition.right)] : [condition];

/** The attribute that a part of a key condition is about; undefined for what a key condition may not hold. */
function subject(part: ParsedCondition): string | undefined {
  if (part.kind === 'compare' && part.by !== '<>') {
    return part.left.kind === 'path' && part.right.kind === 'value' ? String(part.left.path[0]) : undefined;
  }
  if (part.kind === 'between' || part.kind === 'begins_with') {
    return part.value.kind === 'path' ? String(part.value.path[0]) : undefined;
  }
  return undefined;
}

export function parseProjection(reader: ExpressionReader): readonly Path[] {
  const paths = [reader.path()];
  while (reader.take(',')) paths.push(reader.path());
  if (!reader.done()) throw reader.unexpected();
  return paths;
}

/** The members of an item that a projection names, at the first two levels as far as maps go. */
export function projected(item: Item, paths: readonly Path[]): Item {
  const kept: Record<string, unknown> = {};
  for (const path of paths) {
    const value = valueAt(item, path);
    if (value === undefined) continue;
    let place = kept;
    path.slice(0, -1).forEach((step) => {
      place = (place[step] ??= {}) as Record<string, unknown>;
    });
    place[path.at(-1)!] = value;
  }
  return kept as Item;
}
