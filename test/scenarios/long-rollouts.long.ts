import { historyEvents } from '../../lambdas/domain/looks';
import type { Execution } from '../../simulator/states/execution';
import { toAwsHistory } from '../../simulator/states/history';
import { MINUTE, Scene } from './harness';

const HOUR = 60 * MINUTE;
/** Two days of minutes are read and judged again and again; what gates there are does not matter here. */
const FEW = { latency: false, predictions: false, throttles: false } as const;

/** Minutes between two looks, in order. */
function gaps(scene: Scene, execution: Execution, state: string): readonly number[] {
  const at = scene.world
    .timeline(execution.arn)
    .filter((entry) => entry.state === state)
    .map((entry) => entry.at);
  return at.slice(1).map((time, index) => Math.round((time - (at[index] ?? 0)) / MINUTE));
}

it('writes as many events to the history as were computed, so that what fits by the sum lives to its end', async () => {
  const extendMinutes = 45;
  const scene = await Scene.open({
    settings: { gates: FEW, onInsufficientEvidence: { extendMinutes, then: 'abort' } },
  });
  scene.unschedule('Reconcile', 'TeardownIdle');
  await scene.serve();
  scene.leaveUsers();
  const steps = [{ weight: 10, bakeMinutes: 13 * 60 }];
  const execution = await scene.start({ strategy: { steps }, model: 'live', force: true });
  await scene.end(execution, 60 * HOUR);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'InsufficientEvidence' });
  const between = gaps(scene, execution, 'JudgeCanary');
  expect(between.slice(0, 59)).toEqual(new Array(59).fill(1));
  expect(Math.max(...between)).toBe(15);
  const written = toAwsHistory(execution.history, false).length;
  const computed = historyEvents({ steps, extendMinutes, watchMinutes: 0 });
  expect(written).toBeLessThanOrEqual(computed);
  expect(written).toBeGreaterThan(computed - 60);
  // So do 48 hours and more, which a look a minute would not have survived.
  expect(
    historyEvents({ steps: [{ weight: 10, bakeMinutes: 48 * 60 }], extendMinutes: 5 * 60, watchMinutes: 1 }),
  ).toBeLessThan(5_000);
});

it('stops a green that turns bad after hours within a quarter of an hour, and owns its lock until then', async () => {
  const scene = await Scene.open({ settings: { gates: { ...FEW, throttles: {} } } });
  scene.unschedule('Reconcile', 'TeardownIdle');
  scene.requestsPerMinute = 600;
  await scene.serve();
  const execution = await scene.start({
    strategy: { steps: [{ weight: 10, bakeMinutes: 12 * 60 }] },
    model: 'live',
    force: true,
  });
  await scene.world.runFor(6.5 * HOUR);
  const lock = await scene.lock();
  expect(lock?.owner).toBe(execution.arn);
  expect(Date.parse(lock!.leaseUntil)).toBeGreaterThan(scene.now + 15 * MINUTE);
  const turnedAt = scene.now;
  scene.world.services.lambda.setThrottleRate(scene.functionName, 0.5, '3');
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
  // A look every 15 minutes, at a minute that settles for 2, in the second of its endpoint.
  expect(scene.now - turnedAt).toBeLessThanOrEqual(20 * MINUTE);
  expect(Math.max(...gaps(scene, execution, 'JudgeCanary'))).toBe(15);
  expect(await scene.atRest()).toBe('v1');
});

it('looks at a long watch in the same rhythm', async () => {
  const scene = await Scene.open({ settings: { gates: FEW, watchMinutes: 7 * 60 } });
  scene.unschedule('Reconcile', 'TeardownIdle');
  scene.requestsPerMinute = 600;
  await scene.serve();
  scene.leaveUsers();
  const { execution, record } = await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  expect(record).toMatchObject({ outcome: 'promoted' });
  const between = gaps(scene, execution, 'JudgeLive');
  // And some that wait for CloudWatch's count of the one call, which is our own.
  expect(between.length).toBeGreaterThanOrEqual(60 + 60 + 4 - 1);
  expect(between.length).toBeLessThan(60 + 60 + 4 + 6);
  expect(Math.max(...between)).toBe(15);
});

it('ends within a minute when a person stops it between two rare looks', async () => {
  const scene = await Scene.open({ settings: { gates: FEW } });
  scene.unschedule('Reconcile', 'TeardownIdle');
  await scene.serve();
  scene.leaveUsers();
  const execution = await scene.start({
    strategy: { steps: [{ weight: 10, bakeMinutes: 48 * 60 }] },
    model: 'live',
    force: true,
  });
  await scene.world.runFor(9 * HOUR);
  await scene.stop(execution, 'enough');
  await scene.world.runFor(MINUTE);
  expect(await scene.atRest()).toBe('v1');
});

it('refuses before anything changes what Step Functions would end half way, with number and limit', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const steps = Array.from({ length: 50 }, (_, index) => ({ weight: index + 1, bakeMinutes: 180 }));
  const { execution, record } = await scene.end(await scene.start({ strategy: { steps } }));
  expect(execution).toMatchObject({ status: 'FAILED', error: 'InvalidInput' });
  expect(execution.cause).toMatch(/write \d+ events to the execution's history; .* at most 20000/);
  expect(record).toMatchObject({ outcome: 'rejected' });
  expect(await scene.atRest()).toBe('v1');
});
