import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene } from './harness';

async function reached(settings: Parameters<Scene['change']>[0], state: string, strategy: string) {
  const scene = await Scene.open({ settings });
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2' }, { strategy });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  return { scene, execution };
}
const notesOf = async (scene: Scene, { name }: Execution) =>
  ((await scene.record(name))?.state?.timeline.map(({ note }) => note) ?? []).join('\n');

describe('slowness of what both versions need', () => {
  it.each([2, 15].flatMap((factor) => [20, 60, 100].map((seconds) => [factor, seconds] as const)))(
    'promotes a good green when both are %i times as slow for %i s: a minute that is slow in part proves nothing either',
    async (factor, seconds) => {
      const { scene, execution } = await reached({}, 'Bake', 'Canary10Percent5Minutes');
      await scene.world.runFor(2 * MINUTE);
      for (const name of ['v1', 'v2']) scene.turn(name, { latencyMs: factor * 20 });
      await scene.world.runFor(seconds * 1000);
      for (const name of ['v1', 'v2']) scene.turn(name, {});
      const { record } = await scene.end(execution);
      expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
      expect(record?.state?.canary?.held?.length).toBeGreaterThan(0);
    },
  );

  it.each([1.3, 15].flatMap((factor) => [2, 5, 20].map((minutes) => [factor, minutes] as const)))(
    'keeps a good green when what both need is %d times as slow for %i minutes, and says so',
    async (factor, minutes) => {
      const { scene, execution } = await reached({ watchMinutes: 10 }, 'Watch', 'AllAtOnce');
      await scene.world.runFor(30_000);
      for (const name of ['v1', 'v2']) scene.turn(name, { latencyMs: factor * 20 });
      await scene.world.runFor(minutes * MINUTE);
      for (const name of ['v1', 'v2']) scene.turn(name, {});
      const { record } = await scene.end(execution);
      expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
      expect(record?.state?.watch?.heldMinutes).toBeGreaterThanOrEqual(minutes);
      expect(await notesOf(scene, execution)).toContain(
        `version 2 (blue) took ${factor * 20} ms (before its users came 20 ms) and version 3 ${factor * 20} ms`,
      );
      expect(scene.notices('itself is failing')).toHaveLength(minutes > 2 ? 1 : 0);
      expect(await scene.atRest()).toBe('v2');
    },
  );

  it('keeps a good green also when both answer nothing any more by the time they are asked', async () => {
    const { scene, execution } = await reached({ watchMinutes: 10 }, 'Watch', 'AllAtOnce');
    const both = (how: Parameters<Scene['turn']>[1]) => ['v1', 'v2'].forEach((name) => scene.turn(name, how));
    await scene.world.runFor(500);
    both({ latencyMs: 80 });
    // Judged is what was slow, when nothing else has settled; both were asked each minute until then.
    await scene.world.runFor(4 * MINUTE - (scene.now % MINUTE));
    both({ latencyMs: 80, errorRate: 1, failsAll: true });
    await scene.world.runFor(3 * MINUTE);
    both({});
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
    expect(await notesOf(scene, execution)).toMatch(/held: latency: .*; at \S+, version 2 \(blue\) took 80 ms/);
    expect(await scene.atRest()).toBe('v2');
  });

  it.each([
    ['green alone is', { v1: {}, v2: { latencyMs: 100 } }],
    ['blue is a little, and green far more', { v1: { latencyMs: 26 }, v2: { latencyMs: 100 } }],
    [
      'green is for users alone, and both for us a little',
      { v1: { latencyMs: 24 }, v2: { latencyMs: 24, coldStarts: 1 } },
    ],
  ] as const)('takes green back when for as long as one looks what is slow is: %s', async (_, turned) => {
    const settings = { watchMinutes: 10, gates: { latency: { requests: 'all' } } } as const;
    const { scene, execution } = await reached(settings, 'Watch', 'AllAtOnce');
    for (const [name, how] of Object.entries(turned)) scene.turn(name, how);
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed', liveVersionAfter: '2' });
    expect(record?.cause).toContain('latency');
    const promotedAt = scene.world.timeline(execution.arn).find(({ state }) => state === 'Watch')!.at;
    expect(Date.parse(record!.endedAt!) - promotedAt).toBeLessThan(6 * MINUTE);
  });
});

describe('an outage of what both versions need, right after a long canary', () => {
  it.each([
    ['a canary of 20 minutes', '{"steps":[{"weight":10,"bakeMinutes":20}]}'],
    ['a canary of 10 minutes', '{"steps":[{"weight":10,"bakeMinutes":10}]}'],
  ])('asks both versions in every minute of the watch also after %s', async (_, strategy) => {
    const { scene, execution } = await reached({ watchMinutes: 3 }, 'Watch', strategy);
    await scene.world.runFor(45_000);
    for (const name of ['v1', 'v2']) scene.turn(name, { errorRate: 0.6, failsAll: true });
    await scene.world.runFor(2 * MINUTE);
    for (const name of ['v1', 'v2']) scene.turn(name, {});
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
  });
});
