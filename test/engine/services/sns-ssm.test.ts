import { SnsService } from '../../../local/engine/services/sns-service';
import { SsmService } from '../../../local/engine/services/ssm-service';
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

describe('a parameter', () => {
  const setup = () => {
    const ssm = new SsmService(testWorld());
    return { ssm, call: client(ssm) };
  };

  it('is read by name, and is not there before it was put', async () => {
    const { call } = setup();
    await expect(call('GetParameter', { Name: '/g/a' })).rejects.toMatchObject({ name: 'ParameterNotFound' });
    await call('PutParameter', { Name: '/g/a', Value: '1', Type: 'String' });
    expect(await call('GetParameter', { Name: '/g/a' })).toMatchObject({
      Parameter: { Name: '/g/a', Value: '1', Version: 1, LastModifiedDate: new Date(START_MS) },
    });
  });

  it('is overwritten only on purpose', async () => {
    const { call, ssm } = setup();
    ssm.set('/g/a', '1');
    await expect(call('PutParameter', { Name: '/g/a', Value: '2' })).rejects.toMatchObject({
      name: 'ParameterAlreadyExists',
    });
    expect(await call('PutParameter', { Name: '/g/a', Value: '2', Overwrite: true })).toMatchObject({ Version: 2 });
  });

  it('is found by its path, ten at a time, deeper ones only when asked', async () => {
    const { call, ssm } = setup();
    for (let i = 10; i < 22; i++) ssm.set(`/g/e/${i}`, 'v');
    ssm.set('/g/e/deep/1', 'v');
    ssm.set('/g/eleven', 'v');
    const first = await call<{ Parameters: unknown[]; NextToken: string }>('GetParametersByPath', { Path: '/g/e' });
    expect(first.Parameters).toHaveLength(10);
    const second = await call<{ Parameters: unknown[] }>('GetParametersByPath', {
      Path: '/g/e',
      NextToken: first.NextToken,
    });
    expect(second.Parameters).toHaveLength(2);
    expect(second).not.toHaveProperty('NextToken');
    const deep = await call<{ Parameters: unknown[] }>('GetParametersByPath', { Path: '/g/e/deep', Recursive: true });
    expect(deep.Parameters).toHaveLength(1);
    await expect(call('GetParametersByPath', { Path: '/g', MaxResults: 11 })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});
