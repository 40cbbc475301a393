import type { MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { rolloutView } from '../../lambdas/operations/rollout-view';
import { MINUTE } from './harness';
import { quiet } from './quiet';

describe('the looks of a canary after a proof', () => {
  /** With so few requests it lasts beyond the look that sees 14 minutes. */
  const begun = async () => {
    const scene = await quiet();
    scene.requestsPerMinute = 6;
    const versionId = await scene.upload({ name: 'v2' });
    const execution = await scene.started(({ input }) => input.includes(versionId));
    const looks = () =>
      scene.world
        .timeline(execution.arn)
        .filter(({ state }) => state === 'JudgeCanary')
        .map(({ at }) => at);
    return { scene, execution, looks };
  };
  const refused = () => {
    throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
  };
  const withoutNewest = (answer: { readonly MetricDataResults: readonly MetricDataResult[] }) => {
    for (const { Id, Timestamps = [], Values = [] } of answer.MetricDataResults) {
      if (!/^g(Inferences|ModelErrors|NonFinite)/.test(Id ?? '')) continue;
      const times = Timestamps.map(Number);
      const newest = times.indexOf(Math.max(...times));
      Timestamps.splice(newest, 1);
      Values.splice(newest, 1);
    }
  };

  it.each([
    ['gets no answer', refused],
    ['gets one without the newest minute', withoutNewest],
  ] as const)('come each minute while one %s from CloudWatch', async (_, spoiled) => {
    const { scene, execution, looks } = await begun();
    // The wait before the look that sees 10 minutes, and the one after it.
    await scene.reaches(execution, 'Bake', 7);
    const judges = scene.logicalId('judge-canary');
    const repair = scene.world.hooks.onAfter(({ command, caller }, answer) => {
      if (command === 'GetMetricData' && caller.kind === 'function' && caller.logicalId === judges)
        spoiled(answer as { MetricDataResults: MetricDataResult[] });
    });
    await scene.reaches(execution, 'Bake', 8);
    repair();
    await scene.reaches(execution, 'JudgeCanary', 9);
    const [blind = 0, sees = 0, after = 0] = looks().slice(-3);
    expect(Math.round((sees - blind) / MINUTE)).toBe(1);
    // Nothing is outstanding any more: 11 minutes were seen, and the next look is the one that sees 14.
    expect(Math.round((after - sees) / MINUTE)).toBe(3);
  });

  it('are told as they come, wherever between two of them one asks', async () => {
    const { scene, execution, looks } = await begun();
    await scene.reaches(execution, 'JudgeCanary', 7);
    const told: (string | null | undefined)[] = [];
    for (const ms of [10_000, MINUTE, MINUTE, MINUTE, 40_000]) {
      await scene.world.runFor(ms);
      const { state } = (await scene.record(execution.name))!;
      told.push(rolloutView(state!, scene.now, undefined, undefined).nextLookAt);
    }
    expect(looks()).toHaveLength(7);
    await scene.reaches(execution, 'JudgeCanary', 8);
    const late = told.map((at) => Math.abs(Date.parse(at ?? '') - looks().at(-1)!));
    expect(Math.max(...late)).toBeLessThanOrEqual(2_000);
  });
});
