import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { TABLE_KEYS } from '../../lambdas/contract/names';
import { Scene, templateOf } from './harness';

const larger = () => templateOf({ name: 'digits', memoryMB: 2048 });

it('rolls the live model out on new code or settings through the canary, and does not move the alias itself', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const before = await scene.alias();
  await scene.world.deploy(larger());
  expect(await scene.alias()).toEqual(before);
  const execution = await scene.started(({ input }) => input.includes('"startedBy":"deploy"'));
  const { record } = await scene.end(execution);
  expect(execution.name).toMatch(/^digits-deploy-[0-9a-f]{12}$/);
  expect(record).toMatchObject({ outcome: 'promoted', startedBy: 'deploy', decidedBy: 'judge', liveVersionAfter: '3' });
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([10, 50, 100]);
  expect(await scene.atRest()).toBe('v1');
});

it('starts nothing when nothing changed, nor before there is a model', async () => {
  const scene = await Scene.open();
  await scene.world.deploy(larger());
  await scene.world.runFor(60_000);
  expect(scene.world.executions).toEqual([]);
  await scene.rollout({ name: 'v1' });
  await scene.world.deploy(larger());
  await scene.world.runFor(60_000);
  expect(scene.world.executions).toHaveLength(1);
  expect(await scene.atRest()).toBe('v1');
});

it('does not move the alias of an endpoint that rolled out since the last deploy', async () => {
  const scene = await Scene.open();
  await scene.serve();
  await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  const { version } = await scene.alias();
  await scene.world.deploy(larger());
  expect((await scene.alias()).version).toBe(version);
  expect(await scene.answeredBy()).toBe('v2');
});

it('lets new code wait for a rollout that runs, then brings whatever is live by then onto it', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const v2 = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
  const running = await scene.started(({ input }) => input.includes(v2));
  await scene.reaches(running, 'Bake');
  await scene.world.deploy(larger());
  expect(scene.world.executions.filter(({ name }) => name.includes('deploy'))).toEqual([]);
  await scene.end(running);
  expect(await scene.answeredBy()).toBe('v2');
  const { record } = await scene.end(await scene.started(({ name }) => name.includes('deploy')));
  expect(record).toMatchObject({ outcome: 'promoted', startedBy: 'deploy' });
  expect(await scene.atRest()).toBe('v2');
});

describe("a deploy's rollout that died", () => {
  /** What CloudFormation passes on although code and settings are the same: alarms are no part of either. */
  const again = (percent = 2) => templateOf({ name: 'digits', memoryMB: 2048, alarms: { failedPercent: percent } });
  const deploys = (scene: Scene) => scene.world.executions.filter(({ name }) => name.includes('deploy'));
  const deployed = async (scene: Scene, template = larger()) => {
    const before = deploys(scene).length;
    await scene.world.deploy(template);
    await scene.world.runUntil(() => deploys(scene).length > before, { limitMs: 60_000 });
    return deploys(scene).at(-1)!;
  };
  async function expectStartedAgain(scene: Scene, template = again()): Promise<void> {
    const before = deploys(scene).length;
    const { execution, record } = await scene.end(await deployed(scene, template));
    expect(deploys(scene)).toHaveLength(before + 1);
    expect([execution.status, record?.outcome]).toEqual(['SUCCEEDED', 'promoted']);
    expect(await scene.atRest()).toBe('v1');
  }
  async function expectNothingStarted(scene: Scene, template: ReturnType<typeof again>): Promise<void> {
    const before = scene.world.executions.length;
    await scene.world.deploy(template);
    await scene.world.runFor(60_000);
    expect(scene.world.executions).toHaveLength(before);
  }

  it('because a person stopped it is started again by the next deploy, and by none after that', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const first = await deployed(scene);
    await scene.reaches(first, 'Bake');
    await scene.stop(first);
    await scene.end(first);
    expect(await scene.atRest()).toBe('v1');
    await expectStartedAgain(scene);
    await expectNothingStarted(scene, again(3));
  });

  it('because green was unhealthy is started again', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const first = await deployed(scene);
    scene.turn('v1', { load: 'ModelUnloadable' });
    const { record } = await scene.end(first);
    expect(record).toMatchObject({ outcome: 'rejected' });
    scene.turn('v1', {});
    await expectStartedAgain(scene);
  });

  it('after its promotion, and was reverted, is started again', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const first = await deployed(scene);
    await scene.reaches(first, 'Watch');
    await scene.stop(first);
    const { record } = await scene.end(first);
    expect(record).toMatchObject({ outcome: 'reverted', liveVersionAfter: '2' });
    await expectStartedAgain(scene);
  });

  it('in an app whose table says nothing of code yet is started again, and nothing else is', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await forgetFingerprints(scene);
    await expectNothingStarted(scene, templateOf({ name: 'digits', alarms: { failedPercent: 2 } }));
    await forgetFingerprints(scene);
    const first = await deployed(scene);
    await scene.reaches(first, 'Bake');
    await scene.stop(first);
    await scene.end(first);
    await expectStartedAgain(scene);
  });

  it('is not taken for one that runs: another deploy meanwhile starts nothing', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const first = await deployed(scene);
    await scene.reaches(first, 'Bake');
    await expectNothingStarted(scene, again());
    expect((await scene.end(first)).record).toMatchObject({ outcome: 'promoted' });
    await scene.world.runFor(60_000);
    expect(deploys(scene)).toHaveLength(1);
  });

  it('is none where settings alone changed, which are in force without a new version', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const { record } = await scene.end(await deployed(scene, templateOf({ name: 'digits', watchMinutes: 5 })));
    expect(record).toMatchObject({ outcome: 'already-live' });
    await expectNothingStarted(scene, templateOf({ name: 'digits', watchMinutes: 5, alarms: { failedPercent: 2 } }));
  });

  it('is none after a rollback: what a person took away comes back with other code, not with the same', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.end(await deployed(scene));
    await scene.end(await scene.start({ action: 'rollback' }));
    expect((await scene.alias()).version).toBe('2');
    await expectNothingStarted(scene, again());
  });
});

/** As if all that was live had come live before it was noted with which code. */
async function forgetFingerprints(scene: Scene): Promise<void> {
  const { dynamodb } = scene.world.user;
  const TableName = scene.world.stack.ref(scene.world.stack.idsOf('AWS::DynamoDB::Table')[0]!);
  const Key = { [TABLE_KEYS.partition]: 'ENDPOINT#digits', [TABLE_KEYS.sort]: 'LIVE' };
  const { Item: item } = await scene.world.run(dynamodb.send(new GetCommand({ TableName, Key })));
  const periods = (item?.periods as readonly object[]).map((period) => ({ ...period, fingerprint: undefined }));
  expect(item?.periods).not.toEqual(periods);
  const Item = { ...item, periods: JSON.parse(JSON.stringify(periods)) as unknown };
  await scene.world.run(dynamodb.send(new PutCommand({ TableName, Item })));
}
