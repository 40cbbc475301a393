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
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([10, 100]);
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
