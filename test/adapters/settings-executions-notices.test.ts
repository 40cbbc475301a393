import { lambdaContext } from '../../lambdas/adapters/context';
import { VariableMissing } from '../../lambdas/adapters/required-variable';
import { sfnExecutions } from '../../lambdas/adapters/sfn-executions';
import { snsNotices } from '../../lambdas/adapters/sns-notices';
import { ssmSettings } from '../../lambdas/adapters/ssm-settings';
import { systemClock } from '../../lambdas/adapters/system-clock';
import { SsmService } from '../../local/engine/services/ssm-service';
import { testWorld } from '../engine/services/test-world';
import { awsError, contextWith, type Intercept, standIn, TEST_ENV } from './stand-ins';

describe('settings', () => {
  const stored = (name: string) => JSON.stringify({ settings: { name }, functionName: `${name}-fn`, builtIn: true });
  function parameters(values: Record<string, string>, intercept?: Intercept) {
    const service = new SsmService(testWorld());
    for (const [name, value] of Object.entries(values)) service.set(name, value);
    const { client, sent } = standIn(service, intercept);
    return { settings: ssmSettings(contextWith({ ssm: client })), sent };
  }

  test('are listed by name over all pages, complete with their defaults', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `m${String(index).padStart(2, '0')}`).reverse();
    const { settings } = parameters(
      Object.fromEntries(names.map((name) => [`/greenlight/endpoints/${name}`, stored(name)])),
    );
    const listed = await settings.list();
    expect(listed.map((one) => one.settings.name)).toEqual([...names].reverse());
    expect(listed[0]).toMatchObject({ functionName: 'm00-fn', settings: { strategy: 'Canary10Percent15Minutes' } });
  });

  test('are found by the name of their endpoint alone', async () => {
    const { settings, sent } = parameters({
      '/greenlight/endpoints/digits': stored('digits'),
      '/greenlight/secret': stored('secret'),
    });
    expect(await settings.find('digits')).toMatchObject({ functionName: 'digits-fn' });
    expect(await settings.find('other')).toBeUndefined();
    const asked = sent.length;
    for (const escape of ['../secret', 'digits/../../secret', '', 'a'.repeat(32), 'Digits', 'digits:1']) {
      expect(await settings.find(escape)).toBeUndefined();
    }
    expect(sent).toHaveLength(asked);
  });

  test.each([
    ['broken JSON', '{'],
    ['a wrong field', '{"settings":{"name":"digits","memoryMB":1},"functionName":"f","builtIn":true}'],
  ])('with %s are an error that names the parameter', async (_, value) => {
    const { settings } = parameters({ '/greenlight/endpoints/digits': value });
    const expected = {
      name: 'SettingsInvalid',
      message: expect.stringContaining('/greenlight/endpoints/digits') as unknown,
    };
    await expect(settings.find('digits')).rejects.toMatchObject(expected);
    await expect(settings.list()).rejects.toMatchObject(expected);
  });
});

describe('executions', () => {
  const executions = (intercept: Intercept) =>
    sfnExecutions(contextWith({ sfn: standIn(undefined, intercept).client }));

  test('have the ARN of their name in the state machine', () => {
    expect(executions(() => ({})).arnOf('digits-1')).toBe(
      'arn:aws:states:eu-central-1:123456789012:execution:rollouts:digits-1',
    );
  });

  test('are started once under a name', async () => {
    const { client, sent } = standIn(undefined, (_, nth) => {
      if (nth === 2) throw awsError('ExecutionAlreadyExists');
      return {};
    });
    const started = sfnExecutions(contextWith({ sfn: client }));
    expect(await started.start('digits-1', '{"a":1}')).toBe('started');
    expect(await started.start('digits-1', '{"a":1}')).toBe('exists');
    expect(sent[0]?.input).toEqual({
      stateMachineArn: TEST_ENV.GREENLIGHT_STATE_MACHINE_ARN,
      name: 'digits-1',
      input: '{"a":1}',
    });
  });

  test('have a status unless they do not exist', async () => {
    expect(await executions(() => ({ status: 'ABORTED' })).status('arn')).toBe('ABORTED');
    const refusing = (name: string) =>
      executions(() => {
        throw awsError(name);
      });
    expect(await refusing('ExecutionDoesNotExist').status('arn')).toBeUndefined();
    await expect(refusing('InvalidArn').status('arn')).rejects.toThrow('InvalidArn');
    await expect(refusing('InvalidName').start('a', '{}')).rejects.toThrow('InvalidName');
  });
});

describe('notices', () => {
  test.each([
    ['digits: 7 → 8 promoted', 'digits: 7 -> 8 promoted'],
    ['Änderung für „digits“\nzweite Zeile', 'Anderung fur ?digits" zweite Zeile'],
    ['x'.repeat(200), 'x'.repeat(99)],
    ['  \t\u0007', 'Greenlight'],
    ['日本', '??'],
  ])('turn the subject %j into what mail can carry', async (subject, sent) => {
    const topic = standIn(undefined, () => ({}));
    await snsNotices(contextWith({ sns: topic.client })).send({ severity: 'failed', subject, body: 'why' });
    expect(topic.sent[0]?.input).toEqual({
      TopicArn: TEST_ENV.GREENLIGHT_TOPIC_ARN,
      Subject: sent,
      Message: 'why',
      MessageAttributes: { severity: { DataType: 'String', StringValue: 'failed' } },
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
