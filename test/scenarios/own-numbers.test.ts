import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { METRIC_NAMESPACE, ROLLOUT_METRICS } from '../../lambdas/contract/metric-names';
import { asking } from './asking';
import { MINUTE, Scene } from './harness';
import { buttonOf, press, show } from './widgets';

const SHORT = { strategy: 'Canary10Percent5Minutes' };

/** Sum and number of what was put of one of the deployer's own metrics. */
async function own(scene: Scene, metric: string, dimensions: Readonly<Record<string, string>> = {}) {
  const hour = 60 * MINUTE;
  const all = Object.entries({ App: 'Greenlight-rollout', ...dimensions });
  const query = (Id: string, Stat: string) => ({
    Id,
    MetricStat: {
      ...{ Period: 3600, Stat },
      Metric: {
        ...{ Namespace: METRIC_NAMESPACE, MetricName: metric },
        Dimensions: all.map(([Name, Value]) => ({ Name, Value })),
      },
    },
  });
  const command = new GetMetricDataCommand({
    StartTime: new Date(Math.floor(scene.now / hour) * hour - 24 * hour),
    EndTime: new Date(Math.ceil(scene.now / hour) * hour),
    MetricDataQueries: [query('sum', 'Sum'), query('count', 'SampleCount')],
  });
  const { MetricDataResults = [] } = await scene.world.run(scene.world.user.cloudwatch.send(command));
  const of = (id: string) =>
    (MetricDataResults.find(({ Id }) => Id === id)?.Values ?? []).reduce((total, value) => total + value, 0);
  return { sum: of('sum'), count: of('count') };
}

it('counts each end once, by outcome, with its minutes', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const { record } = await scene.rollout({ name: 'v2' }, SHORT);
  await scene.world.runFor(5 * MINUTE);
  expect(await own(scene, ROLLOUT_METRICS.rollouts, { Outcome: 'promoted' })).toMatchObject({ count: 1, sum: 1 });
  expect(await own(scene, ROLLOUT_METRICS.rollouts, { Outcome: 'promoted-first' })).toMatchObject({ count: 1 });
  const took = (Date.parse(record!.endedAt!) - Date.parse(record!.startedAt)) / MINUTE;
  const minutes = await own(scene, ROLLOUT_METRICS.minutes);
  expect(minutes.count).toBe(2);
  // The first model was in service within a minute.
  expect(minutes.sum - took).toBeGreaterThan(0);
  expect(minutes.sum - took).toBeLessThan(1);
  expect(await own(scene, ROLLOUT_METRICS.insufficientEvidence)).toMatchObject({ count: 2, sum: 0 });
  expect(await own(scene, ROLLOUT_METRICS.secondsToBlue)).toEqual({ sum: 0, count: 0 });
});

it('tells the seconds from the first bad minute to blue alone', async () => {
  const scene = await Scene.open();
  await scene.serve();
  await scene.rollout({ name: 'bad', errorRate: 0.5 }, SHORT);
  await scene.world.runFor(5 * MINUTE);
  const { count, sum } = await own(scene, ROLLOUT_METRICS.secondsToBlue);
  // The minute itself, three minutes until CloudWatch has settled it, and the way back.
  expect(count).toBe(1);
  expect(sum).toBeGreaterThan(60);
  expect(sum).toBeLessThan(5 * 60);
  expect(await own(scene, ROLLOUT_METRICS.rollouts, { Outcome: 'aborted' })).toMatchObject({ count: 1 });
});

it('tells how long people were waited for', async () => {
  const [scene, execution] = await asking();
  await scene.world.runFor(20 * MINUTE);
  await press(scene, buttonOf(await show(scene, 'rollout'), 'Approve'));
  await scene.end(execution);
  await scene.world.runFor(5 * MINUTE);
  const { count, sum } = await own(scene, ROLLOUT_METRICS.waitedMinutes);
  expect(count).toBe(1);
  expect(sum).toBeGreaterThan(19.5);
  expect(sum).toBeLessThan(21);
});

it('counts a rollout that ended for want of proof', async () => {
  const scene = await Scene.open();
  await scene.serve();
  scene.requestsPerMinute = 30;
  await scene.world.runFor(70 * MINUTE);
  await scene.rollout({ name: 'v2' }, SHORT);
  await scene.world.runFor(5 * MINUTE);
  expect(await own(scene, ROLLOUT_METRICS.insufficientEvidence)).toMatchObject({ count: 2, sum: 1 });
});
