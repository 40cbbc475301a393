import type {
  DeleteCommandInput,
  GetCommandInput,
  PutCommandInput,
  QueryCommandInput,
  ScanCommandInput,
  TransactWriteCommandInput,
  UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { AwsError, type AwsService, type Caller, type WorldContext } from '../service';
import { required, runCommand } from './command-table';
import { copyMap, copyOut, type Item } from './dynamodb/attribute-value';
import {
  type CancellationReason,
  ConditionalCheckFailed,
  invalidRequest,
  TransactionCanceled,
} from './dynamodb/dynamodb-errors';
import { ExpressionReader } from './dynamodb/expression-reader';
import { type QueryPage, parseProjection, projected, query, scan } from './dynamodb/query';
import { type StreamRecord, streamRecord, type StreamView } from './dynamodb/stream';
import { EngineTable, type TableSchema } from './dynamodb/table';
import { type PlannedWrite, WritePlanner } from './dynamodb/write';

export interface DynamoDbOptions {
  /** As the document client's marshall option of this name. @default false */
  readonly removeUndefinedValues?: boolean;
}

type ReturnedAttributes = { readonly Attributes?: Item };
const MAX_TRANSACTION = 100;

/** Amazon DynamoDB at the level of the document client: plain items, `Get`, `Put`, `Update` … */
export class DynamoDbService implements AwsService {
  /** Gets what the streams of tables get. */
  onStream: (record: StreamRecord) => void = () => undefined;
  private readonly tables = new Map<string, EngineTable>();
  private readonly streams = new Map<string, { readonly arn: string; readonly view: StreamView }>();
  private changes = 0;
  private readonly planner: WritePlanner;
  private readonly removeUndefined: boolean;
  private readonly commands = {
    Get: (input: GetCommandInput) => this.get(input),
    Put: (input: PutCommandInput) => this.put(input),
    Update: (input: UpdateCommandInput) => this.update(input),
    Delete: (input: DeleteCommandInput) => this.delete(input),
    Query: (input: QueryCommandInput) => this.page(query, input),
    Scan: (input: ScanCommandInput) => this.page(scan, input),
    TransactWrite: (input: TransactWriteCommandInput) => this.transactWrite(input),
  };

  constructor(
    private readonly world: WorldContext,
    options: DynamoDbOptions = {},
  ) {
    this.removeUndefined = options.removeUndefinedValues ?? false;
    this.planner = new WritePlanner(this.removeUndefined);
  }

  call(command: string, input: Readonly<Record<string, unknown>>, caller: Caller): Promise<unknown> {
    return runCommand('DynamoDB', this.commands, command, input, caller);
  }

  createTable(name: string, schema: TableSchema): void {
    this.tables.set(name, new EngineTable(name, schema));
  }

  /** Turns a table's stream on; what was written before is not in it. */
  openStream(tableName: string, arn: string, view: StreamView): void {
    this.streams.set(tableName, { arn, view });
  }

  /** Copies of all items, in the order of their keys: for the checks of a test. */
  items(tableName: string): readonly Item[] {
    const table = this.table(tableName);
    return table.ordered(table.schema).map(copyOut);
  }

  /** Tables may be named by ARN too. */
  private table(name: string | undefined): EngineTable {
    const table = this.tables.get(required(name, 'tableName').replace(/^arn:.*:table\//, ''));
    if (!table) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
    return table;
  }

  private get(input: GetCommandInput): { Item?: Item } {
    const placeholders = this.planner.placeholders(input);
    const paths =
      input.ProjectionExpression === undefined
        ? undefined
        : parseProjection(new ExpressionReader(input.ProjectionExpression, 'ProjectionExpression', placeholders));
    placeholders.checkAllUsed();
    const item = this.table(input.TableName).get(copyMap(input.Key ?? {}, this.removeUndefined));
    return item ? { Item: paths ? projected(item, paths) : item } : {};
  }

  private put(input: PutCommandInput): ReturnedAttributes {
    const planned = this.planner.put(this.table(input.TableName), input);
    this.commit(planned);
    return returned(planned, input.ReturnValues, ['NONE', 'ALL_OLD']);
  }

  private update(input: UpdateCommandInput): ReturnedAttributes {
    const planned = this.planner.update(this.table(input.TableName), input);
    this.commit(planned);
    return returned(planned, input.ReturnValues, ['NONE', 'ALL_OLD', 'ALL_NEW']);
  }

  private delete(input: DeleteCommandInput): ReturnedAttributes {
    const planned = this.planner.delete(this.table(input.TableName), input);
    this.commit(planned);
    return returned(planned, input.ReturnValues, ['NONE', 'ALL_OLD']);
  }

  private page<T extends QueryCommandInput | ScanCommandInput>(
    read: (table: EngineTable, input: T, placeholders: ReturnType<WritePlanner['placeholders']>) => QueryPage,
    input: T,
  ): QueryPage {
    return read(this.table(input.TableName), input, this.planner.placeholders(input));
  }

  /** All or nothing: every write is planned before the first is done. */
  private transactWrite(input: TransactWriteCommandInput): Record<string, never> {
    const items = required(input.TransactItems, 'transactItems');
    if (items.length > MAX_TRANSACTION) {
      throw invalidRequest(`Member must have length less than or equal to ${MAX_TRANSACTION}`);
    }
    const planned: PlannedWrite[] = [];
    const reasons = items.map((item): CancellationReason => {
      try {
        planned.push(this.plan(item));
        return { Code: 'None' };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailed)) throw error;
        const { Item } = error;
        return { Code: 'ConditionalCheckFailed', Message: error.message, ...(Item && { Item }) };
      }
    });
    if (reasons.some((reason) => reason.Code !== 'None')) throw new TransactionCanceled(reasons);
    const keys = new Set(planned.map(({ table, keyText }) => `${table.name}\n${keyText}`));
    if (keys.size < planned.length) {
      throw invalidRequest('Transaction request cannot include multiple operations on one item');
    }
    for (const write of planned) this.commit(write);
    return {};
  }

  private commit(planned: PlannedWrite): void {
    planned.commit();
    const stream = this.streams.get(planned.table.name);
    if (stream === undefined) return;
    const { clock, region } = this.world;
    this.changes += 1;
    const record = streamRecord(planned, { ...stream, region, now: clock.now(), number: this.changes });
    if (record) this.onStream(record);
  }

  private plan(item: NonNullable<TransactWriteCommandInput['TransactItems']>[number]): PlannedWrite {
    if (item.Put) return this.planner.put(this.table(item.Put.TableName), item.Put);
    if (item.Update) return this.planner.update(this.table(item.Update.TableName), item.Update);
    if (item.Delete) return this.planner.delete(this.table(item.Delete.TableName), item.Delete);
    if (item.ConditionCheck) return this.planner.check(this.table(item.ConditionCheck.TableName), item.ConditionCheck);
    throw invalidRequest('TransactItems can only contain one of Check, Put, Update or Delete');
  }
}

function returned(planned: PlannedWrite, wanted: string | undefined, allowed: readonly string[]): ReturnedAttributes {
  const what = wanted ?? 'NONE';
  if (!allowed.includes(what)) throw invalidRequest(`ReturnValues set to invalid value ${what}`);
  const item = what === 'ALL_OLD' ? planned.before : what === 'ALL_NEW' ? planned.after : undefined;
  return item ? { Attributes: copyOut(item) } : {};
}
