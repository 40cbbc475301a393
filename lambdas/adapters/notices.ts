import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ENV } from '../contract/names';
import type { Severity, Transition } from '../contract/transition-event';
import { type AdapterContext, clientConfig, requiredVariable } from './sdk/context';

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

/** A subject that SNS accepts, and as readable as ASCII allows: accents go, what is left over becomes a question mark. */
export function plainSubject(subject: string): string {
  const ascii = subject
    .replace(/[→–—−…“”‘’≥≤×]/g, (character) => PLAIN[character] ?? '?')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[^\x20-\x7e]/gu, '?')
    .trim();
  return ascii.slice(0, MAX_SUBJECT).trim() || 'Greenlight';
}
