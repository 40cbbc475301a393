import { lambdaContext, systemClock, VariableMissing } from '../../lambdas/adapters/sdk/context';
import { sfnExecutions } from '../../lambdas/adapters/executions';
import { snsNotices } from '../../lambdas/adapters/notices';
import { awsError, contextWith, type Intercept, standIn, TEST_ENV } from './stand-ins';

describe('executions', () => {
  const executions = (intercept: Intercept) =>
    sfnExecutions(contextWith({ sfn: standIn(undefined, intercept).client }));

  test('have the ARN of their name in the state machine', () => {
    expect(executions(() => ({})).arnOfExecution('digits-1')).toBe(
      'arn:aws:states:eu-central-1:123456789012:execution:rollouts:digits-1',
    );
  });

  test('are started once under a name', async () => {
    const { client, sent } = standIn(undefined, (_, nth) => {
      if (nth === 2) throw awsError('ExecutionAlreadyExists');
      return {};
    });
    const started = sfnExecutions(contextWith({ sfn: client }));
    expect(await started.startExecution('digits-1', '{"a":1}')).toBe('started');
    expect(await started.startExecution('digits-1', '{"a":1}')).toBe('exists');
    expect(sent[0]?.input).toEqual({
      stateMachineArn: TEST_ENV.GREENLIGHT_STATE_MACHINE_ARN,
      name: 'digits-1',
      input: '{"a":1}',
    });
  });

  test('are stopped for a reason, unless there is none to stop', async () => {
    const { client, sent } = standIn(undefined, (_, nth) => {
      if (nth === 1) return {};
      throw awsError(nth === 2 ? 'ExecutionDoesNotExist' : 'InvalidArn');
    });
    const running = sfnExecutions(contextWith({ sfn: client }));
    await running.stopExecution('arn', { error: 'StoppedByRollback', cause: 'x'.repeat(40_000) });
    await running.stopExecution('arn', { error: 'StoppedByRollback', cause: 'why' });
    await expect(running.stopExecution('arn', { error: 'StoppedByRollback', cause: 'why' })).rejects.toThrow(
      'InvalidArn',
    );
    expect(sent[0]?.input).toEqual({ executionArn: 'arn', error: 'StoppedByRollback', cause: 'x'.repeat(32_768) });
  });

  test('have a status unless they do not exist', async () => {
    expect(await executions(() => ({ status: 'ABORTED' })).executionStatus('arn')).toBe('ABORTED');
    const refusing = (name: string) =>
      executions(() => {
        throw awsError(name);
      });
    expect(await refusing('ExecutionDoesNotExist').executionStatus('arn')).toBeUndefined();
    await expect(refusing('InvalidArn').executionStatus('arn')).rejects.toThrow('InvalidArn');
    await expect(refusing('InvalidName').startExecution('a', '{}')).rejects.toThrow('InvalidName');
  });
});

describe('notices', () => {
  test.each([
    ['digits: 7 → 8 promoted', 'digits: 7 -> 8 promoted'],
    ['Änderung für „digits“\nzweite Zeile', 'Anderung fur ?digits" zweite Zeile'],
    ['x'.repeat(200), `${'x'.repeat(96)}...`],
    [`${'word '.repeat(30)}`, `${'word '.repeat(19)}...`.replace(' ...', '...')],
    ['  \t\u0007', 'Greenlight'],
    ['日本', '??'],
  ])('turn the subject %j into what mail can carry', async (subject, sent) => {
    const topic = standIn(undefined, () => ({}));
    await snsNotices(contextWith({ sns: topic.client })).sendNotice({
      ...{ id: 'digits/r/ended', transition: 'rollout-aborted', endpoint: 'digits', severity: 'failed' },
      ...{ subject, body: 'why' },
    });
    expect(topic.sent[0]?.input).toEqual({
      TopicArn: TEST_ENV.GREENLIGHT_TOPIC_ARN,
      Subject: sent,
      Message: 'why',
      MessageAttributes: {
        id: { DataType: 'String', StringValue: 'digits/r/ended' },
        transition: { DataType: 'String', StringValue: 'rollout-aborted' },
        endpoint: { DataType: 'String', StringValue: 'digits' },
        severity: { DataType: 'String', StringValue: 'failed' },
      },
    });
  });
});

describe('the context', () => {
  test('makes a client once, and none where there is a stand-in', () => {
    const standInClient = standIn(undefined).client;
    const context = lambdaContext({ sns: standInClient }, {});
    const make = jest.fn(() => ({}) as never);
    expect(context.client('sns', make)).toBe(standInClient);
    expect(make).not.toHaveBeenCalled();
    expect(context.client('sfn', make)).toBe(context.client('sfn', make));
    expect(make).toHaveBeenCalledTimes(1);
  });

  test.each([undefined, ''])('fails by name when a variable is %j', (value) => {
    const env = { ...TEST_ENV, GREENLIGHT_TOPIC_ARN: value };
    const make = () => snsNotices(contextWith({ sns: standIn(undefined).client }, env));
    expect(make).toThrow(VariableMissing);
    expect(make).toThrow('GREENLIGHT_TOPIC_ARN');
  });

  test("tells the machine's time unless told otherwise", async () => {
    const before = Date.now();
    await systemClock.sleep(1);
    expect(lambdaContext({}, {}).clock.now()).toBeGreaterThanOrEqual(before);
    const clock = { now: () => 5, sleep: async () => undefined };
    expect(lambdaContext({}, {}, { clock }).clock.now()).toBe(5);
  });
});
