import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import { Scene } from './harness';

it('promotes the first model of an endpoint without a canary, and says so', async () => {
  const scene = await Scene.open();
  const { execution, record } = await scene.rollout({ name: 'v1' }, { reason: 'the beginning' });
  expect(execution.status).toBe('SUCCEEDED');
  expect(record).toMatchObject({ status: 'ended', outcome: 'promoted-first', liveVersionAfter: '2' });
  expect(record).toMatchObject({ reason: 'the beginning', startedBy: 'upload' });
  expect(record?.decidedBy).toContain('the canary was skipped');
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([100]);
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v1');
});

const STRATEGIES: readonly [Exclude<EndpointSettingsInput['strategy'], undefined>, readonly number[]][] = [
  ['AllAtOnce', []],
  ['Canary10Percent5Minutes', [10]],
  ['Canary10Percent15Minutes', [10]],
  ['Linear10PercentEvery1Minute', [10, 20, 30, 40, 50, 60, 70, 80, 90]],
  ['Progressive', [1, 5, 10, 25, 50]],
  [
    {
      steps: [
        { weight: 30, bakeMinutes: 2 },
        { weight: 60, bakeMinutes: 3 },
      ],
    },
    [30, 60],
  ],
];
it.each(STRATEGIES)('promotes a good model by %j', async (strategy, weights) => {
  const scene = await Scene.open();
  await scene.serve();
  const text = typeof strategy === 'string' ? strategy : JSON.stringify(strategy);
  const { execution, record } = await scene.rollout({ name: 'v2' }, { strategy: text });
  expect(execution.status).toBe('SUCCEEDED');
  expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
  expect(record?.error).toBeUndefined();
  expect(record?.decidedBy).toBe(strategy === 'AllAtOnce' ? 'strategy AllAtOnce' : 'judge');
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([...weights, 100]);
  // No weight of these ends on that.
  expect(JSON.stringify(record?.state?.timeline)).not.toContain('a total failure is excluded');
  expect(await scene.atRest()).toBe('v2');
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect((await scene.livePeriods()).map(({ version }) => version)).toEqual(['3', '2']);
});

it('skips what is live already: the same object, and the same bytes in a new object version', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 1);
  const again = await scene.end(await scene.start({ endpoint: 'digits' }));
  expect(again.execution.status).toBe('SUCCEEDED');
  expect(again.record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '2' });
  const copy = await scene.rollout({ name: 'v1' });
  expect(copy.record).toMatchObject({ outcome: 'already-live', liveVersionAfter: '2' });
  expect(scene.notices(copy.execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v1');
});

it('rolls out what is live already when a person forces it', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const forced = await scene.end(await scene.start({ force: true, strategy: 'AllAtOnce' }));
  expect(forced.record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
  expect(await scene.atRest()).toBe('v1');
});

it('deletes green after a dry run and moves nothing', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const before = await scene.alias();
  scene.lose('aws.s3');
  await scene.upload({ name: 'v2' });
  const dry = await scene.end(await scene.start({ dryRun: true }));
  expect(dry.execution.status).toBe('SUCCEEDED');
  expect(dry.record).toMatchObject({ outcome: 'dry-run-passed', liveVersionAfter: '2' });
  expect(dry.record?.state?.weights).toEqual([]);
  expect(await scene.versions()).not.toContain(dry.record?.state?.green.version);
  expect(await scene.alias()).toEqual(before);
  expect(await scene.atRest()).toBe('v1');
});

it('rolls out the newest model for the input that the console suggests', async () => {
  const scene = await Scene.open();
  await scene.serve();
  scene.lose('aws.s3');
  await scene.upload({ name: 'v2' });
  const { record } = await scene.end(await scene.start({ Comment: 'Insert your JSON here' }));
  expect(record).toMatchObject({ outcome: 'promoted', startedBy: 'person' });
  expect(await scene.atRest()).toBe('v2');
});
