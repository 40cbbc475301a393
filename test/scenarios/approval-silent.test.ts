import type { MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { usageOf } from '../../lambdas/domain/cost/usage';
import { approve } from '../../lambdas/operations/answer';
import { promote } from '../../lambdas/operations/promote';
import { status } from '../../lambdas/operations/status';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { asking } from './asking';
import { MINUTE, Scene } from './harness';

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

/** The durations of blue, of minutes from then on, never come. */
function loseDurations(scene: Scene, from: number): void {
  scene.world.hooks.onAfter(({ command }, answer) => {
    if (command !== 'GetMetricData') return;
    for (const result of (answer as { readonly MetricDataResults: readonly MetricDataResult[] }).MetricDataResults) {
      if (!result.Id?.startsWith('bDurations')) continue;
      const isKept = (_: unknown, index: number) => Number(result.Timestamps?.[index]) < from;
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

  it.each([
    ['turned bad', { errorRate: 0.6 }, { status: 'FAILED', error: 'CanaryRegressed' }, 'v1'],
    ['is good', {}, { status: 'SUCCEEDED' }, 'v2'],
  ])('keeps a yes until it tells how a green does that %s', async (_, how, ended, live) => {
    const [scene, execution] = await asking();
    scene.turn('v2', how);
    silence(scene, 10, 'all');
    await scene.world.runFor(2 * MINUTE);
    await scene.world.run(approve(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), undefined, ADA));
    await scene.world.runFor(6 * MINUTE);
    expect(execution.status).toBe('RUNNING');
    expect((await scene.alias()).weights).toEqual({ '3': 0.1 });
    expect((await scene.record(execution.name))?.state?.timeline.at(-1)?.note).toContain('approved by person: Ada');
    const ports = portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
    const view = await scene.world.run(status(ports));
    expect(view.rollout?.decision).toMatchObject({ by: 'Ada', reason: 'looks right' });
    expect(view.next.map(({ command }) => command).join()).not.toContain('greenlight promote');
    await expect(scene.world.run(promote(ports, undefined, ADA))).rejects.toMatchObject({ name: 'AlreadyAnswered' });
    const { record } = await scene.end(execution);
    expect(execution).toMatchObject(ended);
    if (live === 'v2') expect(record).toMatchObject({ decidedBy: 'person: Ada (looks right)' });
    expect(usageOf(record!).stateTransitions).toBe(execution.transitions);
    expect(await scene.atRest()).toBe(live);
  });

  it.each(['all', 'durations'] as const)(
    'for good puts blue back a quarter of an hour after a yes: %s',
    async (what) => {
      const [scene, execution] = await asking();
      silence(scene, 120, what);
      await scene.world.runFor(5 * MINUTE);
      await scene.world.run(approve(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), undefined, ADA));
      const began = scene.now;
      await scene.end(execution);
      expect(execution).toMatchObject({ status: 'FAILED', error: 'MetricsUnavailable' });
      expect(execution.cause).toMatch(/until 15 min after it was approved by person: Ada \(looks right\)/);
      expect(execution.stoppedAt! - began).toBeLessThan(18 * MINUTE);
      expect(await scene.atRest()).toBe('v1');
    },
  );

  it('keeps the default yes, and a promotion before the end, as well', async () => {
    const scene = await Scene.open({ settings: { onInsufficientEvidence: { extendMinutes: 0, then: 'abort' } } });
    await scene.serve();
    const versionId = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent15Minutes' });
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'JudgeCanary', 4);
    silence(scene, 9, 'durations');
    scene.turn('v2', { errorRate: 0.6 });
    await scene.world.runFor(5 * MINUTE);
    await scene.world.run(promote(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), undefined, ADA));
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
    expect(await scene.atRest()).toBe('v1');
  });

  it('does not refuse a yes for a minute that never came, where it answers and green had no request', async () => {
    const scene = await Scene.open({ settings: { onInsufficientEvidence: { extendMinutes: 0, then: 'hold' } } });
    await scene.serve();
    scene.requestsPerMinute = 0;
    const versionId = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent15Minutes' });
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'JudgeCanary', 2);
    scene.requestsPerMinute = 6;
    await scene.world.runFor(MINUTE);
    scene.requestsPerMinute = 0;
    loseDurations(scene, scene.now - 2 * MINUTE);
    await scene.reaches(execution, 'AwaitApproval');
    await scene.world.runFor(20 * MINUTE);
    const asked = (await scene.record(execution.name))?.state;
    expect([asked?.judgement?.greenRequests, asked?.canary?.leftOut.length]).toEqual([0, 2]);
    await scene.world.run(approve(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), undefined, ADA));
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'person: Ada (looks right)' });
  });

  it('keeps the answer that silence of people gives', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.change({ approval: { mode: 'before-promote', timeoutMinutes: 12, defaultAnswer: 'approve' } });
    const versionId = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'AwaitApproval');
    await scene.world.runFor(9 * MINUTE);
    silence(scene, 10, 'all');
    scene.turn('v2', { errorRate: 0.6 });
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
    expect(await scene.atRest()).toBe('v1');
  });
});
