import { SnsService } from '../../../simulator/services/sns-service';
import { client, START_MS, testWorld } from './test-world';

describe('a topic', () => {
  const setup = () => {
    const sns = new SnsService(testWorld());
    const TopicArn = sns.createTopic('notices');
    return { sns, TopicArn, call: client(sns) };
  };

  it('keeps what was published', async () => {
    const { sns, TopicArn, call } = setup();
    const { MessageId } = await call<{ MessageId: string }>('Publish', {
      TopicArn,
      Subject: 'digits promoted',
      Message: 'm',
    });
    expect(sns.messages).toEqual([
      { topicArn: TopicArn, messageId: MessageId, subject: 'digits promoted', message: 'm', atMs: START_MS },
    ]);
  });

  it.each([
    ['101 characters', 'x'.repeat(101)],
    ['a line break', 'a\nb'],
    ['an umlaut', 'zurückgenommen'],
    ['nothing', ''],
    ['a space in front', ' a'],
  ])('refuses a subject of %s', async (_, Subject) => {
    const { sns, TopicArn, call } = setup();
    await expect(call('Publish', { TopicArn, Subject, Message: 'm' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: Subject',
    });
    expect(sns.messages).toEqual([]);
  });

  it('takes a subject of 100 characters, no message that is empty or too long, and none for a topic that is not there', async () => {
    const { TopicArn, call } = setup();
    await expect(call('Publish', { TopicArn, Subject: 'x'.repeat(100), Message: 'm' })).resolves.toBeDefined();
    await expect(call('Publish', { TopicArn, Message: '' })).rejects.toThrow('Empty message');
    await expect(call('Publish', { TopicArn, Message: 'x'.repeat(256 * 1024 + 1) })).rejects.toThrow('too long');
    await expect(call('Publish', { TopicArn: `${TopicArn}2`, Message: 'm' })).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});
