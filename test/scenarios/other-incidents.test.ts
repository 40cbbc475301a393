import { DeleteAliasCommand, DeleteFunctionCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { endpointKey } from '../../lambdas/adapters/dynamodb/table';
import { goldenSet } from '../../simulator/fake-model';
import { AwsError } from '../../simulator/service';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const AT_ONCE = { strategy: 'AllAtOnce' };
const FAILING = { name: 'v2', errorRate: 0.6 };

async function reached(scene: Scene, state: string, metadata: Record<string, string>, green: object = {}) {
  const versionId = await scene.upload({ name: 'v2', ...green }, metadata);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  return execution;
}
const served = async (): Promise<Scene> => {
  const scene = await Scene.open();
  await scene.serve();
  return scene;
};
const describeAlias = (scene: Scene, Description: string) =>
  scene.world.run(
    scene.world.user.lambda.send(
      new UpdateAliasCommand({ FunctionName: scene.functionName, Name: 'live', Description }),
    ),
  );

describe('a bad green in the watch is taken back', () => {
  it.each([
    ['the description of the alias is wiped', (scene: Scene) => describeAlias(scene, '')],
    [
      "the record's item is deleted",
      async (scene: Scene, id: string) => {
        const TableName = scene.environment['GREENLIGHT_TABLE'];
        const Key = endpointKey(ENDPOINT, `RECORD#${id}`);
        await scene.world.run(scene.world.user.dynamodb.send(new DeleteCommand({ TableName, Key })));
      },
    ],
    [
      "green's object is deleted",
      async (scene: Scene) => {
        const command = new DeleteObjectCommand({ Bucket: scene.app.bucket, Key: 'models/digits/v2.onnx' });
        await scene.world.run(scene.world.user.s3.send(command));
      },
    ],
    [
      'the table is throttled for 20 minutes',
      async (scene: Scene) => {
        const until = scene.now + 20 * MINUTE;
        scene.world.hooks.onBefore(({ service, caller }) => {
          if (service === 'dynamodb' && caller.kind === 'function' && scene.now < until)
            throw Object.assign(new Error('slow down'), { name: 'ProvisionedThroughputExceededException' });
        });
      },
    ],
  ])('although %s', async (_, befalls) => {
    const scene = await served();
    const execution = await reached(scene, 'Watch', AT_ONCE, FAILING);
    await befalls(scene, execution.name);
    await scene.end(execution);
    await scene.world.runFor(30 * MINUTE);
    expect(await scene.atRest()).toBe('v1');
  });
});

it('a green that is deleted between its verification and its canary gets no users', async () => {
  const scene = await served();
  let deleted = false;
  scene.world.hooks.onBefore(async ({ command, input }) => {
    const { RoutingConfig } = input as { RoutingConfig?: { AdditionalVersionWeights?: object } };
    const [green] = Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {});
    if (command !== 'UpdateAlias' || green === undefined || deleted) return;
    deleted = true;
    const { functionName: FunctionName } = scene;
    const { lambda } = scene.world.user;
    // The preview's alias protects it: who deletes it all the same takes that away first.
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'preview', FunctionVersion: '2' }));
    await lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: green }));
  });
  const { execution, record } = await scene.rollout({ name: 'v2' }, SHORT);
  expect(execution.status).toBe('FAILED');
  expect(record?.cause).toMatch(/version that a write names was deleted/);
  expect(record?.outcome).toMatch(/aborted|rejected/);
  expect(await scene.atRest()).toBe('v1');
});

it('a golden set that is replaced in the canary is asked no more, and the rollout goes on', async () => {
  const scene = await Scene.open({ template: templateOf({ name: ENDPOINT, goldenSet: { key: 'golden/d.json' } }) });
  await scene.world.run(scene.app.put('golden/d.json', JSON.stringify(goldenSet(20))));
  await scene.serve();
  const execution = await reached(scene, 'Bake', SHORT);
  await scene.world.run(scene.app.put('golden/d.json', 'no golden set'));
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'promoted' });
  const next = await scene.rollout({ name: 'v3' }, SHORT);
  expect(next.record?.outcome).toBe('rejected');
  expect(next.record?.cause).toMatch(/golden\/d\.json/);
});

it('a person who points the alias at a third version in the watch keeps what they chose, and the record says so', async () => {
  const scene = await served();
  await scene.rollout({ name: 'v1b' }, AT_ONCE);
  const execution = await reached(scene, 'Watch', AT_ONCE, FAILING);
  await scene.moveAlias('2');
  const { record } = await scene.end(execution);
  expect(record?.error).toBe('LiveAliasMoved');
  expect((await scene.alias()).version).toBe('2');
  expect(record?.outcome).not.toBe('reverted');
});

it('an S3 that refuses every reader for an hour is told once, and not as an object that is gone', async () => {
  const scene = await served();
  const until = scene.now + 60 * MINUTE;
  scene.world.hooks.onBefore(({ service, caller }) => {
    if (service === 's3' && caller.kind === 'function' && scene.now < until)
      throw Object.assign(new Error('Access Denied'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  });
  await scene.world.runFor(90 * MINUTE);
  const told = scene.notices('cannot be started');
  expect(told).toHaveLength(1);
  expect(told[0]?.message).toContain('AccessDenied');
  expect(told[0]?.message).not.toMatch(/is gone|was deleted/);
  expect(await scene.atRest()).toBe('v1');
});

it('two uploads of the same bytes under two keys end with one of them live, each told', async () => {
  const scene = await served();
  const first = await scene.upload({ name: 'v2' }, AT_ONCE, 'a.onnx');
  const second = await scene.upload({ name: 'v2' }, AT_ONCE, 'b.onnx');
  await scene.world.runFor(30 * MINUTE);
  expect(await scene.atRest()).toBe('v2');
  // The one that came too late is told by a notice, the other has a rollout.
  const told = [
    ...scene.world.executions.map(({ input }) => input),
    JSON.stringify(await scene.records()),
    ...scene.notices('an older upload is not rolled out').map(({ message }) => message),
  ].join('\n');
  for (const id of [first, second]) expect(told).toContain(id);
});

it.each([
  ['disabled for 20 minutes', 20, { outcome: 'promoted', liveVersionAfter: '3' }],
  ['disabled for good', 600, { outcome: 'reverted', error: 'InsufficientEvidence', liveVersionAfter: '2' }],
])('a key of which Lambda needs to run either version, %s, is no fault of green', async (_, minutes, expected) => {
  const scene = await Scene.open({ settings: { watchMinutes: 5 } });
  await scene.serve();
  const execution = await reached(scene, 'Watch', AT_ONCE);
  const { world, functionName, now } = scene;
  const isOff = () => scene.now < now + minutes * MINUTE;
  world.hooks.onBefore(({ command, input }) => {
    if (isOff() && command === 'Invoke' && String(input['FunctionName']).includes(functionName))
      throw new AwsError('KMSDisabledException', 'Lambda was unable to decrypt: the KMS key used is disabled.', 502);
  });
  for (const name of ['v1', 'v2']) scene.turn(name, { errorRate: 1 });
  await world.runFor(minutes === 20 ? 20 * MINUTE : 0);
  if (minutes === 20) for (const name of ['v1', 'v2']) scene.turn(name, {});
  const { record } = await scene.end(execution);
  expect(record).toMatchObject(expected);
  const notes = record?.state?.timeline.map(({ note }) => note).join('\n');
  expect(notes).toMatch(/version 2 \(blue\) failed 100 of 100 and version 3 100 of 100 .*It is not green/);
});

it('a live alias that is deleted is told as what it is, with what helps, and an upload meanwhile by name', async () => {
  const scene = await served();
  scene.leaveUsers();
  const command = new DeleteAliasCommand({ FunctionName: scene.functionName, Name: 'live' });
  await scene.world.run(scene.world.user.lambda.send(command));
  await scene.world.runFor(10 * MINUTE);
  const [notice, ...others] = scene.notices('live alias is gone');
  expect([notice?.subject, others]).toEqual(['Action needed: digits: the live alias is gone', []]);
  expect(notice?.message).toMatch(/callers of the live alias get an error[^]*Create the alias again[^]*LiveAliasMoved/);
  expect(notice?.message).not.toMatch(/version live|greenlight rollback|go on answering/);
  const { record } = await scene.rollout({ name: 'v2' }, SHORT);
  expect(record).toMatchObject({ outcome: 'aborted', error: 'LiveAliasMoved' });
  expect(record?.cause).toContain('does not exist');
});
