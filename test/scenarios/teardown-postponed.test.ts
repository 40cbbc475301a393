import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { TeardownReport } from '../../lambdas/steps/teardown-idle';
import { bytesOf } from '../../simulator/fake-model';
import { Scene, templateOf } from './harness';

const HOUR = 3_600_000;
const AT_ONCE = { strategy: 'AllAtOnce' };
const TIGHT = { keepVersions: 1, rollbackWindowMinutes: 0 };

/** v1 to v3 are versions 2 to 4; 1 and 2 are idle. */
async function three(): Promise<Scene> {
  const scene = await Scene.open({ settings: TIGHT });
  scene.unschedule('TeardownIdle', 'Reconcile');
  await scene.serve({ name: 'v1' }, 5);
  scene.leaveUsers();
  for (const name of ['v2', 'v3']) await scene.rollout({ name }, AT_ONCE);
  return scene;
}

/** What a person sends from the console or the command line; an error as Lambda tells it. */
async function ask(
  scene: Scene,
  request: unknown,
): Promise<readonly TeardownReport[] | { readonly errorType: string; readonly errorMessage: string }> {
  const FunctionName = scene.world.stack.ref(scene.logicalId('teardown-idle'));
  const command = new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(request)) });
  const { Payload } = await scene.world.run(scene.world.user.lambda.send(command));
  return JSON.parse(Buffer.from(Payload ?? []).toString()) as never;
}

it('frees nothing of an endpoint that a person has postponed, until the time is over', async () => {
  const scene = await three();
  expect(await ask(scene, { endpoint: 'digits', postponeHours: 48, reason: 'audit' })).toMatchObject([
    { deleted: [], skipped: expect.stringMatching(/^postponed until .*: audit$/) as string },
  ]);
  await scene.world.runFor(47 * HOUR);
  expect(await ask(scene, {})).toMatchObject([{ deleted: [], skipped: expect.stringContaining('audit') as string }]);
  expect(await scene.versions()).toEqual(['1', '2', '3', '4']);
  await scene.world.runFor(2 * HOUR);
  expect(await ask(scene, {})).toMatchObject([{ deleted: ['1', '2'] }]);
  expect(await scene.versions()).toEqual(['3', '4']);
});

it('frees again at once when the hold is lifted', async () => {
  const scene = await three();
  const until = new Date(scene.now + 24 * HOUR).toISOString();
  await ask(scene, { endpoint: 'digits', postponeUntil: until });
  expect(await ask(scene, {})).toMatchObject([{ deleted: [], skipped: `postponed until ${until}` }]);
  await ask(scene, { endpoint: 'digits', postponeUntil: null, Comment: 'the audit is over' });
  expect(await ask(scene, {})).toMatchObject([{ deleted: ['1', '2'] }]);
});

it('tells in a dry run what would be freed, and frees nothing', async () => {
  const scene = await three();
  expect(await ask(scene, { dryRun: true })).toMatchObject([
    { deleted: ['1', '2'], skipped: 'dry run: nothing was freed' },
  ]);
  expect(await scene.versions()).toEqual(['1', '2', '3', '4']);
});

it('takes what a schedule sends by itself as a run', async () => {
  const scene = await three();
  const event = { version: '0', id: 'x', 'detail-type': 'Scheduled Event', source: 'aws.scheduler', detail: '{}' };
  expect(await ask(scene, event)).toMatchObject([{ deleted: ['1', '2'] }]);
});

it.each([
  [{ postponeHours: 2 }, 'InvalidInput', 'endpoint: must be named when a teardown is postponed'],
  [{ endpoint: 'digits', postponeHours: 721 }, 'InvalidInput', 'postponeHours'],
  [
    { endpoint: 'digits', postponeUntil: '2020-01-01T00:00:00Z' },
    'InvalidInput',
    'at most 30 days ahead; got "2020-01-01T00:00:00.000Z"',
  ],
  [{ endpoint: 'digits', postponeHours: 1, postponeUntil: null }, 'InvalidInput', 'name one of the two'],
  [{ endpoint: 'digits', postpone: 1 }, 'InvalidInput', 'unknown key "postpone"'],
  [{ endpoint: 'digist', dryRun: true }, 'UnknownEndpoint', 'there is no endpoint "digist"; there are digits'],
])('refuses %j by name, and frees nothing', async (request, errorType, message) => {
  const scene = await three();
  expect(await ask(scene, request)).toMatchObject({
    errorType,
    errorMessage: expect.stringContaining(message) as string,
  });
  expect(await scene.versions()).toEqual(['1', '2', '3', '4']);
});

it('keeps everything of an endpoint whose hold cannot be read, and gives the others their turn', async () => {
  const template = templateOf({ name: 'digits', ...TIGHT }, { name: 'letters', ...TIGHT });
  const scene = await Scene.open({ template });
  scene.unschedule('TeardownIdle', 'Reconcile');
  await scene.serve({ name: 'v1' }, 5);
  scene.leaveUsers();
  for (const name of ['v2', 'v3']) await scene.rollout({ name }, AT_ONCE);
  const [table = ''] = scene.world.stack.idsOf('AWS::DynamoDB::Table');
  const spoil = async (endpoint: string): Promise<unknown> => {
    const Item = { pk: `ENDPOINT#${endpoint}`, sk: 'TEARDOWN_HOLD', until: 'whenever' };
    return scene.world.run(
      scene.world.user.dynamodb.send(new PutCommand({ TableName: scene.world.stack.ref(table), Item })),
    );
  };
  await spoil('letters');
  expect(await ask(scene, {})).toMatchObject({ errorType: 'StoredItemInvalid' });
  expect(await scene.versions()).toEqual(['3', '4']);
  await spoil('digits');
  await scene.rollout({ name: 'v4' }, AT_ONCE);
  expect(await ask(scene, {})).toMatchObject({
    errorMessage: expect.stringContaining('TEARDOWN_HOLD of endpoint digits') as string,
  });
  expect(await scene.versions()).toEqual(['3', '4', '5']);
});

it('leaves provisioned concurrency alone once a rollout has begun', async () => {
  const scene = await Scene.open({ template: templateOf({ name: 'digits', ...TIGHT, provisionedConcurrency: 1 }) });
  scene.unschedule('TeardownIdle', 'Reconcile');
  await scene.serve({ name: 'v1' }, 5);
  await scene.rollout({ name: 'v2' }, AT_ONCE);
  expect(await ask(scene, { dryRun: true })).toMatchObject([{ released: ['2'] }]);
  let begun = false;
  scene.world.hooks.onAfter(async ({ command, caller }) => {
    if (begun || command !== 'ListProvisionedConcurrencyConfigs' || caller.kind !== 'function') return;
    begun = true;
    await scene.app.upload('digits', 'v3.onnx', bytesOf({ name: 'v3' }), { strategy: 'Canary10Percent5Minutes' });
    await scene.world.clock.sleep(5_000);
  });
  const [report] = (await ask(scene, {})) as readonly TeardownReport[];
  expect(begun).toBe(true);
  expect(report).toMatchObject({ released: [], deleted: [] });
});
