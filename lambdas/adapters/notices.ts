import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_DETAIL_TYPE, EVENT_SOURCE, ENV } from '../contract/names';
import { onOneLine } from '../contract/problems';
import type { TransitionEvent, Severity, Transition } from '../contract/transition-event';
import { type AdapterContext, clientConfig, requiredVariable } from './sdk/context';
import { GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';

export interface Notice {
  /** Of the event that it tells; the same in every copy. */
  readonly id: string;
  readonly transition: Transition;
  readonly endpoint: string;
  readonly severity: Severity;
  /** Plain words, under 100 characters. */
  readonly subject: string;
  readonly body: string;
}

/** Tells people. */
export interface Notices {
  sendNotice(notice: Notice): Promise<void>;
}

/** Who hears of notices. */
export interface Subscribers {
  /** Of the app's topic; a mail's is pending until its link is followed, and gets nothing before. */
  countSubscribers(): Promise<{ readonly confirmed: number; readonly pending: number }>;
}

export const snsSubscribers = (context: AdapterContext): Subscribers => {
  const client = context.client('sns', () => new SNSClient(clientConfig));
  const topic = requiredVariable(context, ENV.topic);
  return {
    countSubscribers: async () => {
      const { Attributes = {} } = await client.send(new GetTopicAttributesCommand({ TopicArn: topic }));
      const count = (name: string) => Number(Attributes[name] ?? 0);
      return { confirmed: count('SubscriptionsConfirmed'), pending: count('SubscriptionsPending') };
    },
  };
};

/**
 * Notices through the app's topic. The attributes let a subscription filter, and let programs that read notices see
 * that a second copy is one.
 */
export const snsNotices = (context: AdapterContext): Notices => {
  const client = context.client('sns', () => new SNSClient(clientConfig));
  const topic = requiredVariable(context, ENV.topic);
  return {
    sendNotice: async ({ subject, body, ...attributes }) => {
      await client.send(
        new PublishCommand({
          TopicArn: topic,
          Subject: plainSubject(subject),
          Message: body,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
          ),
        }),
      );
    },
  };
};

/** SNS takes fewer than 100 characters of ASCII, on one line, that begin with a letter, digit or punctuation. */
const MAX_SUBJECT = 99;

const PLAIN: Readonly<Record<string, string>> = {
  '→': '->',
  '–': '-',
  '—': '-',
  '−': '-',
  '…': '...',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '≥': '>=',
  '≤': '<=',
  '×': 'x',
};

/**
 * A subject that SNS accepts, and as readable as ASCII allows: accents go, what is left over becomes a question mark.
 */
export const plainSubject = (subject: string): string => wholeWords(asAscii(subject), MAX_SUBJECT) || 'Greenlight';

const asAscii = (subject: string): string =>
  subject
    .replace(/[→–—−…“”‘’≥≤×]/g, (character) => PLAIN[character] ?? '?')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .trim();

/** What does not fit goes at the end of a statement, or else of a word; only a single word that is longer is cut. */
function wholeWords(text: string, most: number): string {
  if (text.length <= most) return text;
  const ends = [...text.matchAll(/[,;:] | \(/g)].map(({ index }) => index);
  const statement = ends.filter((end) => end <= most && !/\([^)]*$/.test(text.slice(0, end))).at(-1) ?? 0;
  const word = text.slice(0, most - 3).lastIndexOf(' ');
  // A colon of a prefix, "Failed: digits: ", ends no statement.
  if (statement > most / 2) return text.slice(0, statement);
  return `${text.slice(0, word > 0 ? word : most - 3)}...`;
}

/** Whether all of it can be sent as a subject. */
export const fitsSubject = (subject: string): boolean => asAscii(subject).length <= MAX_SUBJECT;

/** Tells other programs. */
export interface EventBus {
  /** @throws EventRefused when the bus answers, and did not take it */
  publishEvent(event: TransitionEvent): Promise<void>;
}

/** EventBridge answered that it did not take the event; trying again later helps unless it says otherwise. */
export class EventRefused extends Error {
  override readonly name = 'EventRefused';
}

/**
 * The default bus. `resources` names the state machine, by which a rule tells one app from another, and the execution.
 * The bus answers 200 also when it took nothing: FailedEntryCount says so.
 */
export const eventbridgeEventBus = (context: AdapterContext): EventBus => {
  const client = context.client('eventbridge', () => new EventBridgeClient(clientConfig));
  const stateMachine = requiredVariable(context, ENV.stateMachine);
  return {
    publishEvent: async (event) => {
      const execution = 'executionArn' in event ? event.executionArn : undefined;
      const entry = {
        Source: EVENT_SOURCE,
        DetailType: EVENT_DETAIL_TYPE,
        Time: new Date(event.at),
        Resources: [stateMachine, ...(execution === undefined ? [] : [execution])],
        Detail: JSON.stringify(event),
      };
      const { FailedEntryCount, Entries } = await client.send(new PutEventsCommand({ Entries: [entry] }));
      const [answer] = Entries ?? [];
      if (FailedEntryCount === 0 && answer?.EventId !== undefined) return;
      const why = `${answer?.ErrorCode ?? 'no code'}: ${answer?.ErrorMessage ?? 'no reason'}`;
      throw new EventRefused(onOneLine(`EventBridge did not take the event ${event.id}: ${why}`.slice(0, 1000)));
    },
  };
};
