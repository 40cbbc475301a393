import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ENV } from '../contract/names';
import type { Notices } from '../ports/notices';
import { clientConfig } from './client-config';
import type { AdapterContext } from './context';
import { plainSubject } from './plain-subject';
import { requiredVariable } from './required-variable';

/**
 * Notices through the app's topic. The attributes let a subscription filter, and let whoever reads by program see that a
 * second copy is one.
 */
export const snsNotices = (context: AdapterContext): Notices => {
  const client = context.client('sns', () => new SNSClient(clientConfig));
  const topic = requiredVariable(context, ENV.topic);
  return {
    send: async ({ subject, body, ...attributes }) => {
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
