import type {
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  PublishInput,
  PublishResponse,
} from '@aws-sdk/client-sns';
import { AwsError, type AwsService, type Caller, type WorldContext } from '../service';
import { runCommand } from './command-table';
import { randomUuid } from '../random';

/** A message as its subscribers would get it. */
export interface PublishedMessage {
  readonly topicArn: string;
  readonly messageId: string;
  readonly subject?: string;
  readonly message: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly atMs: number;
}

const MAX_MESSAGE_BYTES = 256 * 1024;
/** ASCII without control characters, at most 100, not beginning with a space. */
const SUBJECT = /^[!-~][ -~]{0,99}$/;

/** Amazon SNS: keeps what was published. */
export class SnsService implements AwsService {
  readonly messages: PublishedMessage[] = [];
  private readonly topics = new Set<string>();
  /** By id: its topic, and whether it gets messages. Settable by tests: a person follows the link of a mail. */
  readonly subscriptions = new Map<string, { readonly topicArn: string; readonly isConfirmed: boolean }>();
  private readonly commands = {
    Publish: (input: PublishInput) => this.publish(input),
    GetTopicAttributes: (input: GetTopicAttributesInput) => this.getTopicAttributes(input),
  };

  constructor(private readonly world: WorldContext) {}

  call(command: string, input: Readonly<Record<string, unknown>>, caller: Caller): Promise<unknown> {
    return runCommand('SNS', this.commands, command, input, caller);
  }

  topicArns(): readonly string[] {
    return [...this.topics];
  }

  /** Creates a topic and returns its ARN. */
  createTopic(name: string): string {
    const arn = `arn:aws:sns:${this.world.region}:${this.world.account}:${name}`;
    this.topics.add(arn);
    return arn;
  }

  /** As text, as AWS has them. */
  private getTopicAttributes({ TopicArn: topicArn = '' }: GetTopicAttributesInput): GetTopicAttributesResponse {
    if (!this.topics.has(topicArn)) throw new AwsError('NotFoundException', 'Topic does not exist', 404);
    const of = [...this.subscriptions.values()].filter((one) => one.topicArn === topicArn);
    const confirmed = of.filter(({ isConfirmed }) => isConfirmed).length;
    return {
      Attributes: {
        TopicArn: topicArn,
        Owner: this.world.account,
        SubscriptionsConfirmed: String(confirmed),
        SubscriptionsPending: String(of.length - confirmed),
        SubscriptionsDeleted: '0',
      },
    };
  }

  private publish(input: PublishInput): PublishResponse {
    const { TopicArn: topicArn = '', Subject: subject, Message: message, MessageAttributes } = input;
    if (!topicArn.startsWith('arn:aws:sns:')) throw invalid('TopicArn');
    if (!this.topics.has(topicArn)) throw new AwsError('NotFoundException', 'Topic does not exist', 404);
    if (!message) throw invalid('Empty message');
    if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) throw invalid('Message too long');
    if (subject !== undefined && !SUBJECT.test(subject)) throw invalid('Subject');
    const messageId = randomUuid(this.world.random);
    const atMs = this.world.clock.now();
    const attributes =
      MessageAttributes &&
      Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]));
    this.messages.push({
      ...{ topicArn, messageId, ...(subject !== undefined && { subject }), message },
      ...{ ...(attributes && { attributes }), atMs },
    });
    return { MessageId: messageId };
  }
}

/** The query protocol's code is InvalidParameter; the SDK throws it under the name of its class. */
const invalid = (what: string) => new AwsError('InvalidParameterException', `Invalid parameter: ${what}`);
