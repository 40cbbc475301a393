import type { MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { HandlerName } from '../../lib/handlers';
import { MINUTE, Scene } from './harness';

/** CloudWatch answers these, and has no number of anything until the answer is called. */
function forget(scene: Scene, ...handlers: readonly HandlerName[]): () => void {
  const ids = handlers.map((handler) => scene.logicalId(handler));
  return scene.world.hooks.onAfter(({ command, caller }, answer) => {
    if (command !== 'GetMetricData' || caller.kind !== 'function' || !ids.includes(caller.logicalId)) return;
    for (const result of (answer as { MetricDataResults: MetricDataResult[] }).MetricDataResults)
      Object.assign(result, { Timestamps: [], Values: [] });
  });
}

/** v2 is version 3 and has a tenth of the users, and CloudWatch is empty at the first looks. */
async function begun(model: object, minutes: number) {
  const scene = await Scene.open({ settings: { watchMinutes: 5, onInsufficientEvidence: { then: 'promote' } } });
  scene.unschedule('Reconcile', 'TeardownIdle');
  await scene.serve({ name: 'v1' }, 60);
  const versionId = await scene.upload({ name: 'v2', ...model }, { strategy: 'Canary10Percent15Minutes' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  const remembers = forget(scene, 'judge-canary');
  await scene.reaches(execution, 'Bake');
  await scene.world.runFor(minutes * MINUTE);
  remembers();
  return scene.end(execution);
}

describe('a CloudWatch that is empty when the canary begins gives blue no hour without a request', () => {
  it.each([8, 20])(
    'but is waited for, %d minutes, and a bad green is stopped by what it tells then',
    async (minutes) => {
      const { record } = await begun({ classes: [0.1, 0.1, 0.8] }, minutes);
      expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
      expect(record?.cause).toContain('predictions: class 2');
    },
  );

  it('and is given up like any other silence', async () => {
    const { record } = await begun({}, 60);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'MetricsUnavailable', liveVersionAfter: '2' });
  });
});

describe('a CloudWatch that was empty before green was verified', () => {
  it.each([
    ['the canary', 'Canary10Percent15Minutes', 'Bake', 'CanaryRegressed'],
    ['the watch', 'AllAtOnce', 'Watch', 'LiveRegressed'],
  ])('tells of the hour before when it tells again in %s, and a slow green goes', async (_, strategy, state, error) => {
    const settings = { watchMinutes: 5, onInsufficientEvidence: { then: 'hold' } } as const;
    const scene = await Scene.open({ settings });
    scene.unschedule('Reconcile', 'TeardownIdle');
    await scene.serve({ name: 'v1' }, 60);
    const remembers = forget(scene, 'verify-green', 'judge-canary', 'judge-live');
    const versionId = await scene.upload({ name: 'v2', latencyMs: 90 }, { strategy });
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, state);
    await scene.world.runFor(7 * MINUTE);
    remembers();
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ error, liveVersionAfter: '2' });
    expect(record?.cause).toContain('latency: p50');
  });
});
