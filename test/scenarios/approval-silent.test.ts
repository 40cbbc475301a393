import type { MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { approve } from '../../lambdas/operations/answer';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { asking } from './asking';
import { MINUTE, type Scene } from './harness';

const ADA = { by: 'Ada', reason: 'looks right' };

/** CloudWatch gives functions no numbers, or none of green's durations. */
function silence(scene: Scene, minutes: number, what: 'all' | 'durations'): void {
  const from = scene.now;
  const until = from + minutes * MINUTE;
  scene.world.hooks.onBefore(({ command, caller }) => {
    if (what === 'all' && command === 'GetMetricData' && caller.kind === 'function' && scene.now < until)
      throw Object.assign(new Error('Service unavailable'), { name: 'InternalServiceFault' });
  });
  scene.world.hooks.onAfter(({ command, caller }, answer) => {
    if (what === 'all' || command !== 'GetMetricData' || caller.kind !== 'function' || scene.now >= until) return;
    const { MetricDataResults } = answer as { readonly MetricDataResults: readonly MetricDataResult[] };
    for (const result of MetricDataResults)
      if (result.Id?.startsWith('gDurations')) {
        const isKept = (_: unknown, index: number) => Number(result.Timestamps?.[index]) + MINUTE <= from;
        const [Values, Timestamps] = [result.Values?.filter(isKept), result.Timestamps?.filter(isKept)];
        Object.assign(result, { Timestamps, Values });
      }
  });
}

describe('CloudWatch that falls silent while a person is asked', () => {
  it.each(['all', 'durations'] as const)('for longer than a canary would wait stops the rollout: %s', async (what) => {
    const [scene, execution] = await asking();
    scene.turn('v2', { errorRate: 0.6 });
    silence(scene, 50, what);
    await scene.world.runFor(35 * MINUTE);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'MetricsUnavailable' });
    expect(execution.cause).toMatch(
      /no complete answer for 15 min, seen first at .*without numbers green is not promoted/,
    );
    expect(await scene.atRest()).toBe('v1');
  });

  it('for less long, twice, stops nothing, and a yes promotes', async () => {
    const [scene, execution] = await asking();
    for (const minutes of [11, 12]) {
      silence(scene, minutes, 'all');
      await scene.world.runFor(20 * MINUTE);
    }
    expect(execution.status).toBe('RUNNING');
    const ports = portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
    await scene.world.run(approve(ports, undefined, ADA));
    expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted' });
  });

  it('is another thing than users who stay away', async () => {
    const [scene, execution] = await asking();
    scene.leaveUsers();
    await scene.world.runFor(50 * MINUTE);
    expect(execution.status).toBe('RUNNING');
  });
});
