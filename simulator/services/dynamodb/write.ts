import type { DeleteCommandInput, PutCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { copyMap, type Item } from './attribute-value';
import { type ParsedCondition, meets, parseCondition } from './condition';
import { ConditionalCheckFailed, invalidRequest } from './dynamodb-errors';
import { ExpressionReader } from './expression-reader';
import { Placeholders } from './placeholders';
import type { EngineTable } from './table';
import { applyUpdate, parseUpdate } from './update';

/** A write worked out in full but not done: so that a transaction can check all of them first. */
export interface PlannedWrite {
  readonly table: EngineTable;
  readonly keyText: string;
  readonly before: Item | undefined;
  /** The item after the write; undefined for a delete; `before` for a check alone. */
  readonly after: Item | undefined;
  readonly commit: () => void;
}

/** What a write needs beside its own members. */
interface Conditional {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

/** Plans Put, Update, Delete and ConditionCheck; throws what DynamoDB throws when the write may not happen. */
export class WritePlanner {
  constructor(private readonly removeUndefined: boolean) {}

  placeholders(input: Conditional): Placeholders {
    const values = copyMap(input.ExpressionAttributeValues ?? {}, this.removeUndefined);
    return new Placeholders(input.ExpressionAttributeNames ?? {}, values);
  }

  put(table: EngineTable, input: Pick<PutCommandInput, 'Item'> & Conditional): PlannedWrite {
    const after = copyMap(input.Item ?? {}, this.removeUndefined);
    table.check(after);
    const key = Object.fromEntries(table.keyNames.map((name) => [name, after[name]!]));
    const placeholders = this.placeholders(input);
    const condition = conditionOf(input, placeholders);
    placeholders.checkAllUsed();
    const before = checked(table, key, condition, input);
    return { table, keyText: table.keyOf(key, true), before, after, commit: () => table.put(after) };
  }

  update(table: EngineTable, input: Pick<UpdateCommandInput, 'Key' | 'UpdateExpression'> & Conditional): PlannedWrite {
    const key = copyMap(input.Key ?? {}, this.removeUndefined);
    const keyText = table.keyOf(key, true);
    const placeholders = this.placeholders(input);
    const actions =
      input.UpdateExpression === undefined
        ? []
        : parseUpdate(new ExpressionReader(input.UpdateExpression, 'UpdateExpression', placeholders));
    const condition = conditionOf(input, placeholders);
    placeholders.checkAllUsed();
    const before = checked(table, key, condition, input);
    const after = applyUpdate(before ?? key, actions, table.keyNames);
    table.check(after);
    return { table, keyText, before, after, commit: () => table.put(after) };
  }

  delete(table: EngineTable, input: Pick<DeleteCommandInput, 'Key'> & Conditional): PlannedWrite {
    return { ...this.check(table, input), after: undefined, commit: () => table.delete(input.Key as Item) };
  }

  check(table: EngineTable, input: Pick<DeleteCommandInput, 'Key'> & Conditional): PlannedWrite {
    const key = copyMap(input.Key ?? {}, this.removeUndefined);
    const keyText = table.keyOf(key, true);
    const placeholders = this.placeholders(input);
    const condition = conditionOf(input, placeholders);
    placeholders.checkAllUsed();
    const before = checked(table, key, condition, input);
    return { table, keyText, before, after: before, commit: () => undefined };
  }
}

function conditionOf(input: Conditional, placeholders: Placeholders): ParsedCondition | undefined {
  if (input.ConditionExpression === undefined) {
    if (input.ExpressionAttributeValues && !('UpdateExpression' in input)) {
      throw invalidRequest('ExpressionAttributeValues can only be specified when using expressions');
    }
    return undefined;
  }
  return parseCondition(new ExpressionReader(input.ConditionExpression, 'ConditionExpression', placeholders));
}

/** The item as it is, if it meets the condition. An item that is not there counts as one without attributes. */
function checked(
  table: EngineTable,
  key: Item,
  condition: ParsedCondition | undefined,
  input: Conditional,
): Item | undefined {
  const before = table.get(key);
  if (condition && !meets(before ?? {}, condition)) {
    throw new ConditionalCheckFailed(input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? before : undefined);
  }
  return before;
}
