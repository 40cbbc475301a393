import { GetTopicAttributesCommand, PublishCommand, type PublishCommandInput } from '@aws-sdk/client-sns';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';

const PUBLISH = { covers: ['Publish'], fact: 'N1' } as const;
const publish = (aws: Aws, TopicArn: string, more: Partial<PublishCommandInput> = {}) =>
  aws.sns.send(new PublishCommand({ TopicArn, Subject: 'digits', Message: 'promoted', ...more }));

export const notices: Topic = {
  title: 'Notices',
  expectations: [
    expectation('a message gets an id of its own', PUBLISH, async (aws) => {
      const topic = await aws.createTopic();
      const ids = [await publish(aws, topic), await publish(aws, topic)].map(({ MessageId }) => MessageId);
      expect(ids[0]).toMatch(/^[\da-f-]{36}$/);
      expect(ids[1]).not.toBe(ids[0]);
    }),
    expectation('a topic that is not there gets nothing', PUBLISH, async (aws) => {
      const topic = await aws.createTopic();
      await expect(publish(aws, `${topic}-not`)).rejects.toMatchObject({ name: 'NotFoundException' });
    }),
    expectation(
      'a topic tells how many would hear of it, as text',
      { covers: ['GetTopicAttributes'], fact: 'N2' },
      async (aws) => {
        const topic = await aws.createTopic();
        const { Attributes } = await aws.sns.send(new GetTopicAttributesCommand({ TopicArn: topic }));
        expect(Attributes).toMatchObject({ TopicArn: topic, SubscriptionsConfirmed: '0', SubscriptionsPending: '0' });
        const missing = aws.sns.send(new GetTopicAttributesCommand({ TopicArn: `${topic}-not` }));
        await expect(missing).rejects.toMatchObject({ name: 'NotFoundException' });
      },
    ),
    expectation('an empty message is refused', PUBLISH, async (aws) => {
      const topic = await aws.createTopic();
      await expect(publish(aws, topic, { Message: '' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    }),
    expectation('a subject beyond 100 characters, or of more than one line, is refused', PUBLISH, async (aws) => {
      const topic = await aws.createTopic();
      await publish(aws, topic, { Subject: 'x'.repeat(100) });
      for (const Subject of ['x'.repeat(101), 'two\nlines'])
        await expect(publish(aws, topic, { Subject })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    }),
    expectation('a message beyond 256 KB is refused', PUBLISH, async (aws) => {
      const topic = await aws.createTopic();
      const Message = 'x'.repeat(256 * 1024 + 1);
      await expect(publish(aws, topic, { Message })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    }),
  ],
};
