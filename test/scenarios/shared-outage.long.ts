import { rolloutView } from '../../lambdas/operations/rollout-view';
import { usageOf } from '../../lambdas/domain/cost/usage';
import { explain } from '../../lambdas/operations/explain';
import { portsOfPerson } from '../../simulator/app/save-recording';
import type { Execution } from '../../simulator/states/execution';
import type { FakeModel } from '../../simulator/fake-model';
import { MINUTE, Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const ALL_AT_ONCE = { strategy: 'AllAtOnce' };

async function served(settings: Parameters<Scene['change']>[0] = {}): Promise<Scene> {
  const scene = await Scene.open({ settings });
  await scene.serve();
  return scene;
}
async function reached(scene: Scene, state: string, metadata: Record<string, string>, green: Partial<FakeModel> = {}) {
  const versionId = await scene.upload({ name: 'v2', ...green }, metadata);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  return execution;
}
/** A database that both versions ask is away, for users and for us alike. */
const outage = (scene: Scene, errorRate: number): void => {
  for (const name of ['v1', 'v2']) scene.turn(name, { errorRate, failsAll: errorRate > 0 });
};
const notesOf = async (scene: Scene, { name }: Execution) =>
  (await scene.record(name))?.state?.timeline.map(({ note }) => note) ?? [];

describe('a canary during an outage that hits both versions', () => {
  it('is held, says so, and promotes a good green after it, by minutes outside of it', async () => {
    const scene = await served();
    const execution = await reached(scene, 'Bake', SHORT);
    outage(scene, 0.6);
    await scene.world.runFor(10 * MINUTE);
    expect(execution.status).toBe('RUNNING');
    expect(scene.notices('itself is failing')).toHaveLength(1);
    expect((await notesOf(scene, execution)).join('\n')).toMatch(
      /held: blue itself had 60 % \([\d,]+ of [\d,]+ failed requests\), in its own hour 0 %/,
    );
    outage(scene, 0);
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    const held = record?.state?.canary?.held ?? [];
    expect(held.length).toBeGreaterThanOrEqual(7);
    expect(record?.state?.judgement?.settledMinutes).toBeGreaterThanOrEqual(held.length + 5);
    expect((await notesOf(scene, execution)).join('\n')).toContain('blue is itself again');
    expect(await scene.atRest()).toBe('v2');
  });

  it.each([
    ['failing', { errorRate: 0.6 }],
    ['ten times as slow', { latencyMs: 200 }],
    ['failing in the model', { modelErrorRate: 0.6 }],
  ])('proves nothing of a green while both are %s', async (_, how) => {
    const scene = await served();
    const execution = await reached(scene, 'Bake', SHORT);
    for (const name of ['v1', 'v2']) scene.turn(name, how);
    await scene.world.runFor(12 * MINUTE);
    expect(execution.status).toBe('RUNNING');
    expect((await scene.record(execution.name))?.state?.canary?.holds).toBe(true);
  });

  it('that does not end within an hour ends the canary without proof, and never promotes', async () => {
    const scene = await served({ onInsufficientEvidence: { extendMinutes: 0, then: 'promote' } });
    const execution = await reached(scene, 'Bake', SHORT);
    outage(scene, 0.6);
    const { record } = await scene.end(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'InsufficientEvidence' });
    expect(execution.cause).toContain('blue is far outside its own hour, for 6');
    expect(execution.cause).not.toContain('a replay would help');
    expect(record).toMatchObject({ outcome: 'aborted' });
    expect(await scene.atRest()).toBe('v1');
  });

  it('does not keep a green that is worse than blue in the same minutes', async () => {
    const scene = await served();
    const execution = await reached(scene, 'Bake', SHORT);
    scene.turn('v1', { errorRate: 0.4 });
    scene.turn('v2', { errorRate: 0.9 });
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
  });

  it('is no reason to hold a green that works while blue alone is ill', async () => {
    const scene = await served();
    const execution = await reached(scene, 'Bake', SHORT);
    scene.turn('v1', { errorRate: 0.6 });
    const { record } = await scene.end(execution);
    expect(record?.state?.canary?.held ?? []).toEqual([]);
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    expect(await scene.atRest()).toBe('v2');
  });

  it('is explained while it lasts', async () => {
    const scene = await served();
    await reached(scene, 'Bake', SHORT);
    outage(scene, 0.6);
    await scene.world.runFor(6 * MINUTE);
    const { because } = await scene.world.run(
      explain(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), 'digits'),
    );
    expect(because.join('\n')).toMatch(/The canary is held: blue itself had .* failed requests/);
  });
});

describe('a watch during an outage that hits both versions', () => {
  it('keeps a good green, says why, and watches it afterwards', async () => {
    const scene = await served();
    const execution = await reached(scene, 'Watch', ALL_AT_ONCE);
    outage(scene, 0.6);
    await scene.world.runFor(10 * MINUTE);
    expect(execution.status).toBe('RUNNING');
    expect(await scene.alias()).toMatchObject({ weights: {} });
    expect(scene.notices('itself is failing')).toHaveLength(1);
    outage(scene, 0);
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted' });
    // What a watch saw before it began again is no reason for the end.
    expect(record?.state?.judgement?.verdict).not.toBe('fail');
    expect(record?.state?.watch?.heldMinutes).toBeGreaterThan(3);
    expect(usageOf(record!).stateTransitions).toBe(execution.transitions);
    expect((await notesOf(scene, execution)).join('\n')).toMatch(
      /asked directly, version 2 \(blue\) failed 100 of 100 and version 3 100 of 100 requests/,
    );
    expect(await scene.atRest()).toBe('v2');
  });

  it('tells the next look as it comes, also when it has begun again', async () => {
    const scene = await served();
    const execution = await reached(scene, 'Watch', ALL_AT_ONCE);
    outage(scene, 0.6);
    const heldMinutes = async () => (await scene.record(execution.name))?.state?.watch?.heldMinutes;
    while ((await heldMinutes()) === undefined) await scene.world.runFor(20_000);
    const [asked, told]: [number[], (string | null)[]] = [[], []];
    for (let ms = 0; ms < 2 * MINUTE; ms += 20_000) {
      asked.push(scene.now);
      const { state } = (await scene.record(execution.name))!;
      told.push(rolloutView(state!, scene.now, undefined, undefined).nextLookAt);
      await scene.world.runFor(20_000);
    }
    await scene.world.runFor(2 * MINUTE);
    const looks = scene.world.timeline(execution.arn).filter(({ state }) => state === 'JudgeLive');
    const toCome = told.map((_, index) => looks.find(({ at }) => at > asked[index]!)?.at ?? NaN);
    const late = told.map((at, index) => Math.abs(Date.parse(at ?? '') - toCome[index]!));
    expect(Math.max(...late)).toBeLessThanOrEqual(2_000);
  });

  it.each([
    ['fails', 0, { errorRate: 0.6, failsAll: true }],
    ['fails', 20_000, { errorRate: 0.6, failsAll: true }],
    ['is slow', 0, { latencyMs: 300 }],
  ] as const)(
    'keeps a good green when what it needs %s for a minute (from its %i ms on), and is well before that is seen',
    async (_, lateMs, how) => {
      const scene = await served({ watchMinutes: 10 });
      const execution = await reached(scene, 'Watch', ALL_AT_ONCE);
      await scene.world.runFor(2 * MINUTE - (scene.now % MINUTE) + lateMs);
      for (const name of ['v1', 'v2']) scene.turn(name, how);
      await scene.world.runFor(MINUTE);
      for (const name of ['v1', 'v2']) scene.turn(name, {});
      const { record } = await scene.end(execution);
      expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
      const known =
        'failsAll' in how
          ? /; at \S+, version 2 \(blue\) failed 5 of 5 and version 3 5 of 5/
          : /; at \S+, version 2 \(blue\) took 300 ms \(before its users came 20 ms\) and version 3 300 ms/;
      expect(record?.state?.watch).toMatchObject({ recovered: false });
      expect(usageOf(record!).stateTransitions).toBe(execution.transitions);
      expect((await notesOf(scene, execution)).join('\n')).toMatch(
        new RegExp(`held: .*${known.source}.* What it was is over`),
      );
      // The watch began again, whole.
      const [from, end] = [record!.state!.watch!.from, record!.endedAt!].map((at) => Date.parse(at));
      expect(end! - from!).toBeGreaterThanOrEqual(12 * MINUTE);
      expect(await scene.atRest()).toBe('v2');
    },
  );

  it.each([2, 3].flatMap((minutes) => [0, 15, 30, 45].map((seconds) => [minutes, seconds] as const)))(
    'keeps a good green when what both need fails for %i minutes from %i s after its promotion on',
    async (minutes, seconds) => {
      const scene = await served({ watchMinutes: 10 });
      const execution = await reached(scene, 'Watch', ALL_AT_ONCE);
      await scene.world.runFor(seconds * 1000);
      outage(scene, 0.6);
      await scene.world.runFor(minutes * MINUTE);
      outage(scene, 0);
      const { record } = await scene.end(execution);
      expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
      expect(await scene.atRest()).toBe('v2');
    },
  );

  it.each(
    [
      { what: 'green alone, for users and for us', ill: ['v2'], how: { errorRate: 0.6, failsAll: true } },
      { what: 'blue for us and green for users', ill: ['v1', 'v2'], how: { errorRate: 0.6 } },
    ].flatMap((one) => [0, 15, 30, 45].map((seconds) => ({ ...one, seconds }))),
  )('takes green back when from $seconds s on for two minutes what fails is $what', async ({ ill, how, seconds }) => {
    const scene = await served({ watchMinutes: 10 });
    const execution = await reached(scene, 'Watch', ALL_AT_ONCE);
    await scene.world.runFor(seconds * 1000);
    scene.turn('v1', ill.includes('v1') ? { failsAll: true } : {});
    scene.turn('v2', how);
    await scene.world.runFor(2.5 * MINUTE);
    for (const name of ['v1', 'v2']) scene.turn(name, {});
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed', liveVersionAfter: '2' });
    expect(record?.state?.watch?.bothFailed).toBeUndefined();
  });

  it.each([
    ['fails', { errorRate: 0.6 }],
    ['is slow', { latencyMs: 300 }],
  ] as const)('takes green back at the second time that it %s for a minute', async (_, how) => {
    const scene = await served({ watchMinutes: 10 });
    const execution = await reached(scene, 'Watch', ALL_AT_ONCE);
    await scene.world.runFor(2 * MINUTE - (scene.now % MINUTE));
    for (let time = 1; time <= 2 && execution.status === 'RUNNING'; time += 1) {
      scene.turn('v2', how);
      await scene.world.runFor(MINUTE);
      scene.turn('v2', {});
      await scene.world.runFor(5 * MINUTE);
    }
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed', liveVersionAfter: '2' });
    expect(await scene.atRest()).toBe('v1');
  });

  it('puts blue back after an hour of it', async () => {
    const scene = await served();
    const execution = await reached(scene, 'Watch', ALL_AT_ONCE);
    outage(scene, 0.6);
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'reverted', error: 'InsufficientEvidence' });
    expect(await scene.alias()).toMatchObject({ version: '2' });
  });

  it.each([
    ['green alone fails', { v1: {}, v2: { errorRate: 0.6, failsAll: true } }],
    ['green alone fails users, and both answer us', { v1: {}, v2: { errorRate: 0.6 } }],
    ['blue fails us, and green alone users', { v1: { failsAll: true }, v2: { errorRate: 0.6 } }],
    [
      'green is slow, and no answer tells how long blue takes',
      { v1: { failsAll: true }, v2: { latencyMs: 300, failsAll: true } },
    ],
  ])('takes green back at once when %s', async (_, turned) => {
    const scene = await served();
    const execution = await reached(scene, 'Watch', ALL_AT_ONCE);
    for (const [name, how] of Object.entries(turned)) scene.turn(name, how);
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed' });
    const promotedAt = scene.world.timeline(execution.arn).find(({ state }) => state === 'Watch')!.at;
    expect(Date.parse(record!.endedAt!) - promotedAt).toBeLessThan(6 * MINUTE);
    expect((await scene.alias()).version).toBe('2');
  });

  it('excuses nothing where no request was answered by both before', async () => {
    const scene = await Scene.open();
    await scene.serve();
    scene.turn('v1', { failsAll: true });
    const execution = await reached(scene, 'Watch', ALL_AT_ONCE);
    scene.turn('v2', { errorRate: 0.6, failsAll: true });
    const { record } = await scene.end(execution);
    expect(record?.state?.control).toBeUndefined();
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed' });
  });
});
