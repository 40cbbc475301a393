import type { RequiredAction } from './iam/action-table';
import { matchesPattern } from './event-pattern';
import type { Invocations } from './invocations';
import type { Permissions } from './permissions';
import type { StreamRecord } from './services/dynamodb/stream';
import type { VirtualClock } from './virtual-clock';

/** An event source mapping: which function gets what of a table's stream, and what happens when it fails. */
export interface EventSource {
  readonly id: string;
  /** Logical id of the function, by whose role the stream is read. */
  readonly logicalId: string;
  readonly functionName: string;
  readonly streamArn: string;
  /** Event patterns over a record; a record that matches none is passed over. Empty lets everything through. */
  readonly filters: readonly unknown[];
  readonly batchSize: number;
  /** After the first try. */
  readonly retries: number;
  readonly bisects: boolean;
  readonly reportsFailures: boolean;
  /** ARN of the queue that is told where in the stream something was given up. */
  readonly onFailure?: string;
}

/** When each copy of a batch reaches the function, in milliseconds from now: `[]` loses it, two numbers double it. */
export type BatchDelivery = (records: readonly StreamRecord[], source: EventSource) => readonly number[];

/** Lambda reads a stream about once a second while it has something, and waits longer from failure to failure. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Lambda's readers of DynamoDB streams. A stream is one shard here: its records come in order, in batches, at least
 * once, and a batch that fails keeps the later ones waiting until its retries are used up.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 */
export class EventSources {
  /** Settable by tests. By default once, 100 to 400 ms late. */
  delivery: BatchDelivery;
  private readonly sources = new Map<string, { readonly source: EventSource; readonly queue: StreamRecord[] }>();
  private readonly reading = new Set<string>();

  constructor(
    private readonly clock: VirtualClock,
    random: () => number,
    private readonly permissions: Permissions,
    private readonly invocations: Invocations,
  ) {
    this.delivery = () => [100 + Math.floor(random() * 300)];
  }

  /** Creates or replaces a mapping; what waits stays. */
  put(source: EventSource): void {
    this.sources.set(source.id, { source, queue: this.sources.get(source.id)?.queue ?? [] });
  }

  remove(id: string): void {
    this.sources.delete(id);
  }

  /** A record that a table's stream got. */
  add(record: StreamRecord): void {
    for (const { source, queue } of this.sources.values()) {
      if (source.streamArn !== record.eventSourceARN) continue;
      queue.push(record);
      this.clock.scopes.detached(() => this.clock.setTimeout(() => void this.read(source.id), 0));
    }
  }

  private async read(id: string): Promise<void> {
    if (this.reading.has(id)) return;
    this.reading.add(id);
    try {
      for (;;) {
        const { source, queue } = this.sources.get(id) ?? {};
        if (source === undefined || queue === undefined || queue.length === 0) return;
        // A role that may not read leaves the records where they are, until the next one comes.
        if (!this.permissions.passes(source.logicalId, 'dynamodb', needs(source.streamArn))) return;
        const records = queue.splice(0, source.batchSize).filter((record) => isWanted(record, source));
        if (records.length > 0) await this.deliver(source, records);
      }
    } finally {
      this.reading.delete(id);
    }
  }

  private async deliver(source: EventSource, records: readonly StreamRecord[]): Promise<void> {
    const [first, ...copies] = this.delivery(records, source);
    for (const delay of copies)
      this.clock.setTimeout(() => void this.invocations.asBatch(source.functionName, { Records: records }), delay);
    if (first === undefined) return;
    await this.clock.sleep(first);
    await this.handOut(source, records);
  }

  /** Splitting a batch takes no retry away; a batch that got some way begins anew with the rest. */
  private async handOut(source: EventSource, batch: readonly StreamRecord[]): Promise<void> {
    let records = batch;
    for (let failures = 0; ;) {
      const answer = await this.invocations.asBatch(source.functionName, { Records: records });
      const from = firstFailed(answer, records, source);
      if (from === undefined) return;
      const wholly = 'error' in answer;
      if (wholly && source.bisects && records.length > 1) {
        const half = Math.ceil(records.length / 2);
        await this.handOut(source, records.slice(0, half));
        return this.handOut(source, records.slice(half));
      }
      if (from > 0) failures = 0;
      records = records.slice(from);
      if (failures === source.retries) return this.giveUp(source, records, answer);
      await this.clock.sleep(Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS));
      failures += 1;
    }
  }

  /** The dead letter says where in the stream the records are, not what is in them. */
  private giveUp(source: EventSource, records: readonly StreamRecord[], answer: object): void {
    const event = {
      requestContext: { functionArn: source.functionName, condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: {
        streamArn: source.streamArn,
        batchSize: records.length,
        startSequenceNumber: records[0]?.dynamodb.SequenceNumber,
        endSequenceNumber: records.at(-1)?.dynamodb.SequenceNumber,
      },
    };
    const destination = source.onFailure && { destination: source.onFailure };
    this.invocations.deadLetters.push({
      ...{ functionName: source.functionName, ...destination, event },
      ...{ error: JSON.stringify(answer), at: this.clock.now() },
    });
  }
}

const needs = (streamArn: string): readonly RequiredAction[] => [
  ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map((name) => ({
    action: `dynamodb:${name}`,
    resource: streamArn,
  })),
  { action: 'dynamodb:ListStreams', resource: '*' },
];

const isWanted = (record: StreamRecord, { filters }: EventSource): boolean =>
  filters.length === 0 || filters.some((pattern) => matchesPattern(pattern, record));

/** Position of the first record that is to be handed out again; undefined when all are done. */
function firstFailed(
  answer: { readonly error: string } | { readonly payload: unknown },
  records: readonly StreamRecord[],
  { reportsFailures }: EventSource,
): number | undefined {
  if ('error' in answer) return 0;
  if (!reportsFailures) return undefined;
  const { batchItemFailures = [] } = (answer.payload ?? {}) as {
    readonly batchItemFailures?: readonly { readonly itemIdentifier?: string }[];
  };
  const positions = batchItemFailures.map(({ itemIdentifier }) =>
    records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
  );
  // An identifier that is none of the batch's counts as a failure of all of it.
  return positions.length === 0 ? undefined : Math.max(0, Math.min(...positions));
}
