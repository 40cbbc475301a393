import type { FakeModel } from '../../simulator/fake-model';
import { MINUTE, Scene } from './harness';

interface Trouble {
  /** Shares of their calls that Lambda turns away. */
  readonly blue: number;
  readonly green: number;
  /** How green is meanwhile; `shared`: and blue. */
  readonly turned?: Partial<FakeModel>;
  readonly shared?: boolean;
}

/** A good green in its watch, and this from half a minute after its promotion on, for so long. */
async function watched({ blue, green, turned = {}, shared }: Trouble, minutes: number, settings = {}) {
  const scene = await Scene.open({ settings: { watchMinutes: 10, ...settings } });
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2' }, { strategy: 'AllAtOnce' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'Watch');
  await scene.world.runFor(30_000);
  const { lambda } = scene.world.services;
  const throttle = (rates: readonly [string, number][]) => {
    for (const [version, rate] of rates) lambda.setThrottleRate(scene.functionName, rate, version);
  };
  throttle([
    ['2', blue],
    ['3', green],
  ]);
  for (const name of shared === true ? ['v1', 'v2'] : ['v2']) scene.turn(name, turned);
  const began = scene.now;
  await scene.world.runUntil(() => execution.status !== 'RUNNING' || scene.now - began >= minutes * MINUTE);
  throttle([
    ['2', 0],
    ['3', 0],
  ]);
  for (const name of ['v1', 'v2']) scene.turn(name, {});
  const { record } = await scene.end(execution);
  return { scene, record, took: Date.parse(record?.endedAt ?? '') - began };
}

describe('requests that Lambda turns away after a promotion', () => {
  it.each([
    ...[2, 2.5, 5, 20].flatMap((minutes) => [0.05, 0.3, 0.9].map((rate) => [rate, minutes] as const)),
    // Then no user's request runs for whole minutes, and nothing tells how long green's take.
    ...([
      [1, 2.5],
      [1, 5],
      [1, 20],
    ] as const),
  ])(
    'are no reason to take a good green back where a share of %d of both versions is turned away for %d minutes',
    async (rate, minutes) => {
      const { scene, record } = await watched({ blue: rate, green: rate }, minutes);
      expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
      expect(scene.notices('itself is failing')).toHaveLength(minutes > 3 ? 1 : 0);
      if (minutes > 2)
        expect(record?.state?.timeline.map(({ note }) => note).join('\n')).toMatch(
          /asked directly, version 2 \(blue\) was .+ took up to 2\d\.\d ms on average; version 3 was [^;]+(take 2\d\.\d ms|none of its users' requests ran)/,
        );
      expect(await scene.atRest()).toBe('v2');
    },
  );

  it('are none either where what makes them wait, and so takes up executions, slows both down', async () => {
    const { scene, record } = await watched({ blue: 0.3, green: 0.3, turned: { latencyMs: 60 }, shared: true }, 8);
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(await scene.atRest()).toBe('v2');
  });

  it.each<[string, Trouble]>([
    ['of green alone', { blue: 0, green: 0.3 }],
    ['of green far more often than of blue', { blue: 0.05, green: 0.5 }],
    [
      'because green is slow, and takes up the executions of both',
      { blue: 0.3, green: 0.3, turned: { latencyMs: 40 } },
    ],
    ['because green is a little slower than others notice', { blue: 0.3, green: 0.3, turned: { latencyMs: 23 } }],
    ['beside failures of green alone', { blue: 0.3, green: 0.3, turned: { errorRate: 0.05, failsAll: false } }],
  ])('bring blue back at the first look that sees them: %s', async (_, trouble) => {
    const { scene, record, took } = await watched(trouble, 60, { gates: { latency: false } });
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed', liveVersionAfter: '2' });
    expect(took).toBeLessThan(4.5 * MINUTE);
    expect(await scene.atRest()).toBe('v1');
  });

  it('bring blue back though they are over at the first look, where green was slow', async () => {
    const slow = { blue: 0.3, green: 0.3, turned: { latencyMs: 40 } };
    const { record } = await watched(slow, 2.5, { gates: { latency: false } });
    expect(record).toMatchObject({ outcome: 'reverted', error: 'LiveRegressed' });
  });

  it('bring blue back after an hour, when nothing can be said of green for so long', async () => {
    const { scene, record } = await watched({ blue: 0.3, green: 0.3 }, 120);
    expect(record).toMatchObject({ outcome: 'reverted', error: 'InsufficientEvidence' });
    expect(await scene.atRest()).toBe('v1');
  });
});
