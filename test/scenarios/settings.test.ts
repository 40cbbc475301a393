import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import { dynamodbSettings } from '../../lambdas/adapters/dynamodb/settings';
import { create } from '../../lambdas/handlers/live-alias';
import { ENV } from '../../lambdas/contract/names';
import { answerCloudFormation } from '../../lambdas/handlers/wiring/answer-cloudformation';
import { AwsError } from '../../simulator/service';
import type { Template } from '../../simulator/template';
import { MINUTE, Scene, templateOf } from './harness';

const ONE = templateOf({ name: 'digits' });
const settingsOf = (scene: Scene) => dynamodbSettings(lambdaContext(scene.world.user, scene.environment));
const find = async (scene: Scene, endpoint: string) =>
  (await scene.world.run(settingsOf(scene).findSettings(endpoint)))?.settings;

it('stores new settings before the rollout starts that is judged by them', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const earlier = scene.world.hooks.calls.length;
  await scene.world.deploy(templateOf({ name: 'digits', watchMinutes: 5 }));
  expect(await find(scene, 'digits')).toMatchObject({ watchMinutes: 5 });
  const byTheDeploy = scene.world.hooks.calls.slice(earlier).filter(({ caller }) => caller.kind === 'function');
  const stored = byTheDeploy.findIndex(({ command, input }) => command === 'Put' && 'config' in (input.Item as object));
  expect(stored).toBeGreaterThan(0);
  expect(byTheDeploy.findIndex(({ command }) => command === 'StartExecution')).toBeGreaterThan(stored);
  const { record } = await scene.end(await scene.started(({ input }) => input.includes('"startedBy":"deploy"')));
  expect(record?.state?.config.settings.watchMinutes).toBe(5);
});

it('forgets the settings of an endpoint that is gone, and keeps those of the others', async () => {
  const scene = await Scene.open({ template: templateOf({ name: 'digits' }, { name: 'fraud' }) });
  expect(await find(scene, 'fraud')).toBeDefined();
  await scene.world.deploy(ONE);
  expect(await find(scene, 'fraud')).toBeUndefined();
  expect(await find(scene, 'digits')).toBeDefined();
});

it('refuses a deploy whose settings do not parse, and keeps the stored ones', async () => {
  // What the deploy is rolled back to is what was deployed before.
  const scene = await Scene.open({ settings: { uploadsMayChoose: 'as-careful', strategy: 'Auto' } });
  const before = await find(scene, 'digits');
  await expect(scene.world.deploy(withConfig('{"settings":{}}'))).rejects.toThrow(
    /SettingsInvalid: The Config property of endpoint digits does not parse.*settings\.name/,
  );
  expect(await find(scene, 'digits')).toEqual(before);
});

describe('a request of CloudFormation that comes once more, late', () => {
  /** Each deploys other settings; what CloudFormation asked for meanwhile is kept. */
  async function deployed() {
    const scene = await Scene.open();
    await scene.serve();
    const { invocations } = scene.world;
    const usual = invocations.asEvent.bind(invocations);
    const requests: (() => Promise<void>)[] = [];
    const events: {
      readonly RequestType?: string;
      readonly ResourceProperties: { readonly Config: string; readonly FunctionName?: string };
    }[] = [];
    invocations.asEvent = (arn, event) => {
      if ('Config' in ((event as { ResourceProperties?: object }).ResourceProperties ?? {})) {
        requests.push(() => usual(arn, event));
        events.push(event as (typeof events)[number]);
      }
      return usual(arn, event);
    };
    return { scene, requests, events };
  }
  const deploys = ({ world }: Scene) => world.executions.filter(({ name }) => name.includes('-deploy-')).length;

  it('does not put its settings in the place of a later deploy', async () => {
    const { scene, requests } = await deployed();
    for (const watchMinutes of [5, 6]) {
      await scene.world.deploy(templateOf({ name: 'digits', watchMinutes }));
      await scene.world.runFor(90 * MINUTE);
    }
    expect([requests.length, deploys(scene)]).toEqual([2, 2]);
    await scene.world.run(requests[0]!());
    await scene.world.runFor(10 * MINUTE);
    expect(await find(scene, 'digits')).toMatchObject({ watchMinutes: 6 });
    expect(deploys(scene)).toBe(2);
  });

  it('does not undo a rollback', async () => {
    const { scene, requests } = await deployed();
    const { watchMinutes } = (await find(scene, 'digits'))!;
    const next = templateOf({ name: 'digits', watchMinutes: 5 });
    const [id, alias] = Object.entries(next.Resources).find(([, { Type }]) => Type === 'Custom::GreenlightLiveAlias')!;
    const properties = { ...alias.Properties, Endpoint: 'other', Config: '{' };
    const Fails = { ...alias, Properties: properties, DependsOn: [id] };
    await expect(scene.world.deploy({ ...next, Resources: { ...next.Resources, Fails } })).rejects.toThrow();
    expect(requests.length).toBeGreaterThanOrEqual(3);
    expect(await find(scene, 'digits')).toMatchObject({ watchMinutes });
    await scene.world.run(requests[0]!());
    expect(await find(scene, 'digits')).toMatchObject({ watchMinutes });
    await scene.world.deploy(next);
    expect(await find(scene, 'digits')).toMatchObject({ watchMinutes: 5 });
  });

  it('is not carried out once the settings of another are stored while it runs', async () => {
    const { scene, requests } = await deployed();
    await scene.world.deploy(templateOf({ name: 'digits', watchMinutes: 5 }));
    let other: Promise<unknown> | undefined;
    scene.world.hooks.onBefore(({ command, input }) => {
      const { sk, config } = (input['Item'] ?? {}) as { readonly sk?: string; readonly config?: string };
      if (other !== undefined || command !== 'Put' || sk !== 'digits' || !config?.includes('"watchMinutes":5')) return;
      other = scene.world.services.dynamodb.call(
        'Put',
        {
          ...input,
          Item: {
            ...(input['Item'] as object),
            requests: '["another"]',
            config: config.replace('"watchMinutes":5', '"watchMinutes":7'),
          },
        },
        { kind: 'user' },
      );
    });
    await scene.world.run(requests[0]!());
    expect(await other).toBeDefined();
    expect(await find(scene, 'digits')).toMatchObject({ watchMinutes: 7 });
  });

  it('is not carried out where the deploy was rolled back while it waited for its rights', async () => {
    const { scene, events } = await deployed();
    const { world } = scene;
    await world.deploy(templateOf({ name: 'digits', watchMinutes: 5 }));
    await world.runFor(90 * MINUTE);
    const { ResourceProperties: properties, ...event } = events[0]!;
    const Config = properties.Config.replace('"watchMinutes":5', '"watchMinutes":6');
    const denied = world.hooks.onBefore(({ command, input }) => {
      if (command !== 'Put' || (input['Item'] as { readonly sk?: string }).sk !== 'digits') return;
      denied();
      throw new AwsError('AccessDeniedException', 'not authorized to perform: dynamodb:PutItem');
    });
    const answers: object[] = [];
    const { stack } = world;
    const stateMachine = stack.ref(stack.idsOf('AWS::StepFunctions::StateMachine')[0]!);
    const environment = { ...scene.environment, [ENV.stateMachine]: stateMachine, [ENV.waves]: '[]' };
    const rollback = { ...event, ResourceProperties: properties, RequestId: 'rollback' };
    const handler = create(world.user, environment, {
      fetch: async (_, init) => answers.push(JSON.parse(init?.body ?? '') as object),
      clock: { now: () => world.clock.now(), sleep: async () => void (await handler(rollback)) },
    });
    const asked = { ...event, ResourceProperties: { ...properties, Config, CodeFingerprint: 'new' }, RequestId: 'u1' };
    const late = 'a later request was carried out before: left alone';
    expect(await world.run(handler(asked))).toBe(late);
    expect(answers).toMatchObject([
      { RequestId: 'rollback', Status: 'SUCCESS', Reason: 'there already' },
      { RequestId: 'u1', Status: 'SUCCESS', Reason: late },
    ]);
    expect(await find(scene, 'digits')).toMatchObject({ watchMinutes: 5 });
    expect(deploys(scene)).toBe(1);
  });

  it('does not take away an endpoint that was added again', async () => {
    const { scene, requests, events } = await deployed();
    const { world } = scene;
    const both = templateOf({ name: 'digits' }, { name: 'fraud' });
    await world.deploy(both);
    requests.length = events.length = 0;
    await world.deploy(ONE);
    await world.deploy(both);
    expect(events.map(({ RequestType }) => RequestType)).toEqual(['Delete', 'Create']);
    // The same function: one of a user's own, or of another name it would be left alone for that.
    const [deleted, created] = events.map(({ ResourceProperties: { FunctionName } }) => FunctionName);
    expect(deleted).toBe(created);
    await world.run(requests[0]!());
    expect(await find(scene, 'fraud')).toBeDefined();
  });

  it('is carried out where a person has overwritten what requests there were', async () => {
    const { scene } = await deployed();
    const { world } = scene;
    const { [ENV.table]: TableName = '' } = scene.environment;
    for (const [index, requests] of ['[ "a" ]', '[]', 'x', '{}', 7].entries()) {
      const found = world.services.dynamodb.items(TableName).find(({ pk, sk }) => pk === 'SETTINGS' && sk === 'digits');
      const Item = { ...found, requests };
      await world.services.dynamodb.call('Put', { TableName, Item }, { kind: 'user' });
      await world.deploy(templateOf({ name: 'digits', watchMinutes: 5 + index }));
      expect(await find(scene, 'digits')).toMatchObject({ watchMinutes: 5 + index });
    }
  });
});

it('deletes what could never be created', async () => {
  const answers: unknown[] = [];
  const asked: unknown[] = [];
  const properties = { FunctionName: 'fn', Endpoint: 'digits', CodeFingerprint: 'f', Config: '{' };
  const event = { RequestType: 'Delete', RequestId: 'r', ResponseURL: 'https://answer.invalid/', StackId: 's' };
  await answerCloudFormation(
    { ...event, LogicalResourceId: 'Alias', ResourceProperties: properties },
    { liveAlias: async (request) => String(asked.push(request)), checkEndpointsInUse: async () => '' },
    async (_, init) => answers.push(JSON.parse(init?.body ?? '')),
    { now: () => 0, sleep: async () => undefined },
  );
  expect(asked).toEqual([
    { requestType: 'Delete', requestId: 'r', endpoint: 'digits', functionName: 'fn', stackId: 's', whileBusy: 'stop' },
  ]);
  expect(answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'fn:live' }]);
});

it('notes the code of an endpoint whose settings a former version stored without it', async () => {
  const scene = await Scene.open();
  const { world, environment } = scene;
  const { [ENV.table]: TableName = '' } = environment;
  const stored = () =>
    world.services.dynamodb.items(TableName).find(({ pk, sk }) => pk === 'SETTINGS' && sk === 'digits') as {
      readonly config: string;
    };
  const { code, ...config } = JSON.parse(stored().config) as { readonly code?: string };
  expect(code).toBeDefined();
  const Item = { ...stored(), config: JSON.stringify(config) };
  await world.services.dynamodb.call('Put', { TableName, Item }, { kind: 'user' });
  const id = Object.keys(ONE.Resources).find((one) => ONE.Resources[one]!.Type === 'Custom::GreenlightLiveAlias')!;
  const alias = ONE.Resources[id]!;
  const waitsLonger = { ...alias, Properties: { ...alias.Properties, ServiceTimeout: 901 } };
  await world.deploy({ ...ONE, Resources: { ...ONE.Resources, [id]: waitsLonger } });
  expect(JSON.parse(stored().config)).toMatchObject({ code });
});

describe('a request that Lambda kept back', () => {
  const SIGNED = 'https://answer.invalid/?X-Amz-Date=20261130T141500Z';
  /** The first answer, and how often anything was done. */
  async function answered(ageS: number, ServiceTimeout?: string, ResponseURL = SIGNED, RequestType = 'Delete') {
    const acts = jest.fn(async () => 'done');
    const answers: object[] = [];
    const properties = { FunctionName: 'fn', Endpoint: 'digits', CodeFingerprint: 'f', Config: '{', ServiceTimeout };
    const event = { RequestType, RequestId: 'r', ResponseURL, StackId: 's', LogicalResourceId: 'Alias' };
    await answerCloudFormation(
      { ...event, ResourceProperties: properties },
      { liveAlias: acts, checkEndpointsInUse: acts },
      async (_, init) => answers.push(JSON.parse(init?.body ?? '') as object),
      { now: () => Date.UTC(2026, 10, 30, 14, 15) + ageS * 1000, sleep: async () => undefined },
    );
    return { ...answers[0], acted: acts.mock.calls.length };
  }

  it('for longer than the stack of a former version leaves it is not carried out', async () => {
    const Reason = expect.stringMatching(/^RequestLate: .* 291 s.* 300 s.* delete it again/) as unknown;
    expect(await answered(291, '300')).toMatchObject({ acted: 0, Status: 'FAILED', Reason });
    const update = await answered(211, '300', SIGNED, 'Update');
    expect(update).toMatchObject({ acted: 0, Reason: expect.stringContaining('deploy it again') as unknown });
  });

  it.each([
    ['has the time left that it may take', 290, '300', SIGNED],
    ['is of a stack of this version', 700, '900', SIGNED],
    ['does not say how long its stack waits', 291, undefined, SIGNED],
    ['says it in words', 291, 'a while', SIGNED],
    ['has no time in its URL', 291, '300', 'https://answer.invalid/'],
    ['has something else in its URL', 291, '300', 'https://answer.invalid/?X-Amz-Date=yesterday'],
  ])('is carried out where it %s', async (_, ageS, waits, url) => {
    expect(await answered(ageS, waits, url)).toMatchObject({ acted: 1, Status: 'SUCCESS' });
  });
});

/** The template with another Config of its one live alias. */
function withConfig(Config: string): Template {
  const Resources = Object.entries(ONE.Resources).map(([id, resource]) =>
    resource.Type === 'Custom::GreenlightLiveAlias'
      ? [id, { ...resource, Properties: { ...resource.Properties, Config } }]
      : [id, resource],
  );
  return { ...ONE, Resources: Object.fromEntries(Resources) as Template['Resources'] };
}
