import type { SendMessageBatchRequest, SendMessageBatchResult } from '@aws-sdk/client-sqs';
import { arnOfQueue, type RequiredAction } from '../iam/action-table';
import type { Invocations } from '../invocations';
import type { Permissions } from '../permissions';
import { randomUuid } from '../random';
import { AwsError, type AwsService, type Caller } from '../service';
import type { VirtualClock } from '../virtual-clock';
import { runCommand } from './command-table';

interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  readonly sentAt: number;
  visibleAt: number;
  receives: number;
}

export interface QueueSettings {
  readonly visibilityMs: number;
  readonly keptMs: number;
  /** After so many receives a message goes to the queue of dead letters. */
  readonly redrive?: { readonly deadLetters: string; readonly mostReceives: number };
}

/** An event source mapping of a queue: a function that its messages are handed to, in batches, so many at a time. */
export interface QueueSource {
  readonly id: string;
  /** Logical id of the function, by whose role the queue is read. */
  readonly logicalId: string;
  readonly functionName: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly atOnce: number;
}

interface Queue {
  readonly settings: QueueSettings;
  messages: QueueMessage[];
}

const MOST_ENTRIES = 10;
const MOST_DELAY_S = 900;
const MOST_BYTES = 256 * 1024;
/** Lambda polls all the time; a message is with the function a moment after it can be seen. */
const POLL_MS = 100;

/**
 * Standard queues of Amazon SQS, and Lambda's readers of them: what is received is out of sight for the visibility
 * timeout, and gone once the function has done it; a batch that fails is seen again until it was received too often.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export class SqsService implements AwsService {
  private readonly queues = new Map<string, Queue>();
  private readonly readers = new Map<string, { source: QueueSource; running: number }>();
  private readonly commands = { SendMessageBatch: (input: SendMessageBatchRequest) => this.sendBatch(input) };

  constructor(
    private readonly clock: VirtualClock,
    private readonly random: () => number,
    private readonly permissions: Permissions,
    private readonly invocations: Invocations,
  ) {}

  call(command: string, input: Readonly<Record<string, unknown>>, caller: Caller): Promise<unknown> {
    return runCommand('SQS', this.commands, command, input, caller);
  }

  /** Creates a queue or changes it; what waits stays. */
  put(arn: string, settings: QueueSettings): void {
    this.queues.set(arn, { settings, messages: this.queues.get(arn)?.messages ?? [] });
  }

  remove(arn: string): void {
    this.queues.delete(arn);
  }

  read(source: QueueSource): void {
    const reader = this.readers.get(source.id);
    if (reader === undefined) this.readers.set(source.id, { source, running: 0 });
    // What runs for it is counted on: a batch that ends counts down where it counted up.
    else reader.source = source;
  }

  stopReading(id: string): void {
    this.readers.delete(id);
  }

  private sendBatch({ QueueUrl: url = '', Entries: entries = [] }: SendMessageBatchRequest): SendMessageBatchResult {
    const arn = arnOfQueue(url);
    const queue = this.queues.get(arn);
    if (queue === undefined) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    if (entries.length === 0 || entries.length > MOST_ENTRIES)
      throw new AwsError(
        entries.length === 0 ? 'EmptyBatchRequest' : 'TooManyEntriesInBatchRequest',
        `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`,
      );
    if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
      throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
    if (entries.reduce((sum, { MessageBody = '' }) => sum + Buffer.byteLength(MessageBody), 0) > MOST_BYTES)
      throw new AwsError('BatchRequestTooLong', `Batch requests cannot be longer than ${MOST_BYTES} bytes.`);
    const now = this.clock.now();
    const Successful = entries.map(({ Id, MessageBody: body = '', DelaySeconds: delay = 0 }) => {
      if (delay < 0 || delay > MOST_DELAY_S)
        throw new AwsError('InvalidParameterValue', `Value ${delay} for parameter DelaySeconds is invalid.`);
      const messageId = randomUuid(this.random);
      const visibleAt = now + delay * 1000;
      queue.messages.push({ messageId, body, sentAt: now, visibleAt, receives: 0 });
      this.lookAt(arn, visibleAt);
      return { Id, MessageId: messageId, MD5OfMessageBody: '' };
    });
    return { Successful, Failed: [] };
  }

  private lookAt(arn: string, at: number): void {
    this.clock.scopes.detached(() => this.clock.setTimeout(() => this.handOut(arn), at - this.clock.now() + POLL_MS));
  }

  private handOut(arn: string): void {
    const queue = this.queues.get(arn);
    const reader = [...this.readers.values()].find(({ source }) => source.queueArn === arn);
    if (queue === undefined || reader === undefined) return;
    // A role that may not read leaves the messages where they are, until the next one comes.
    if (!this.permissions.passes(reader.source.logicalId, 'sqs', toRead(arn))) return;
    const now = this.clock.now();
    queue.messages = queue.messages.filter(({ sentAt }) => sentAt + queue.settings.keptMs > now);
    while (reader.running < reader.source.atOnce) {
      const batch = queue.messages.filter(({ visibleAt }) => visibleAt <= now).slice(0, reader.source.batchSize);
      if (batch.length === 0) return;
      for (const message of batch) {
        message.visibleAt = now + queue.settings.visibilityMs;
        message.receives += 1;
      }
      const taken = batch.filter((message) => this.isAlive(queue, message, reader.source));
      if (taken.length === 0) continue;
      reader.running += 1;
      void this.process(queue, arn, reader.source, taken).finally(() => {
        reader.running -= 1;
        this.handOut(arn);
      });
    }
  }

  /** Received too often, it is handed to no function any more. */
  private isAlive({ settings: { redrive }, messages }: Queue, message: QueueMessage, source: QueueSource): boolean {
    if (redrive === undefined || message.receives <= redrive.mostReceives) return true;
    messages.splice(messages.indexOf(message), 1);
    const { functionName } = source;
    const error = `received ${redrive.mostReceives} times`;
    const at = this.clock.now();
    this.invocations.deadLetters.push({
      ...{ functionName, destination: redrive.deadLetters, event: message.body, error, at },
    });
    return false;
  }

  private async process(queue: Queue, arn: string, source: QueueSource, batch: readonly QueueMessage[]): Promise<void> {
    const Records = batch.map(({ messageId, body, receives, sentAt }) => ({
      ...{ messageId, body, receiptHandle: messageId, eventSource: 'aws:sqs', eventSourceARN: arn },
      attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: String(sentAt) },
    }));
    const answer = await this.invocations.asBatch(source.functionName, { Records });
    if ('error' in answer) for (const { visibleAt } of batch) this.lookAt(arn, visibleAt);
    else queue.messages = queue.messages.filter((message) => !batch.includes(message));
  }
}

const toRead = (resource: string): readonly RequiredAction[] =>
  ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map((name) => ({ action: `sqs:${name}`, resource }));
