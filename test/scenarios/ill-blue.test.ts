import { status } from '../../lambdas/operations/status';
import { portsOfPerson } from '../../simulator/app/save-recording';
import type { Execution } from '../../simulator/states/execution';
import { ENDPOINT, type Ended, MINUTE, Scene } from './harness';

const AT_ONCE = { strategy: 'AllAtOnce' };
const CANARY = { strategy: 'Canary10Percent15Minutes' };

/** v1 is version 2, v2 is version 3 and blue; v3 is version 4. */
async function rolling(metadata: Record<string, string>, state: string, settings = {}) {
  const scene = await Scene.open({ settings: { watchMinutes: 10, ...settings } });
  scene.unschedule('TeardownIdle');
  await scene.serve({ name: 'v1' });
  await scene.rollout({ name: 'v2' }, AT_ONCE);
  await scene.world.runFor(20 * MINUTE);
  const versionId = await scene.upload({ name: 'v3' }, metadata);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  return [scene, execution] as const;
}

type Trouble = (scene: Scene) => void;
const slow =
  (blue: number, green: number): Trouble =>
  (scene) => {
    scene.turn('v2', { latencyMs: blue });
    scene.turn('v3', { latencyMs: green });
  };
const throttled =
  (blue: number, green: number): Trouble =>
  ({ world, functionName }) => {
    world.services.lambda.setThrottleRate(functionName, blue, '3');
    world.services.lambda.setThrottleRate(functionName, green, '4');
  };

async function says(scene: Scene, { record }: Ended, how: 'is slow' | 'is throttled', outcome: string): Promise<void> {
  expect(record).toMatchObject({ outcome, liveVersionAfter: '3', liveFails: { version: '3', how } });
  const notice = scene.notices(record!.id).at(-1);
  expect(notice?.subject).toMatch(new RegExp(`^Action needed: digits: version 3, now live, ${how}; version \\d`));
  expect(notice?.message).toMatch(
    new RegExp(`Live: version 3 ${how}, seen .*: (asked directly, |blue itself had [\\d.]+ %)`),
  );
  expect(notice?.message).toContain(`with all traffic, and ${how}.`);
  expect(notice?.message).not.toMatch(/[Bb]lue (is back|serves)|Users need nothing| fails/);
  const report = record!.report!.replace(/^s3:\/\/[^/]+\//, '');
  const page = scene.world.services.s3.readBytes(scene.app.bucket, report).toString();
  expect(page).toContain(`with all traffic, and ${how}.`);
  expect(page).not.toContain('Users need nothing');
  const { next } = await scene.world.run(status(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), ENDPOINT));
  const what = expect.stringContaining(`See whether version 3, which is live, still ${how}`) as string;
  // Another version would meet the same limit.
  const command = expect.stringContaining('rollback digits --to 2') as string;
  expect(next[0]).toEqual(how === 'is slow' ? { what, command } : { what });
}

it.each<[string, Trouble, 'is slow' | 'is throttled', Record<string, string>, string, string]>([
  ['slow, in a canary', slow(100, 400), 'is slow', CANARY, 'Bake', 'aborted'],
  ['slow, in the watch', slow(60, 400), 'is slow', AT_ONCE, 'Watch', 'reverted'],
  ['throttled, in a canary', throttled(0.3, 0.9), 'is throttled', CANARY, 'Bake', 'aborted'],
  ['throttled, in the watch', throttled(0.1, 0.6), 'is throttled', AT_ONCE, 'Watch', 'reverted'],
])('blue that is %s, is not told as one that serves users well', async (_, trouble, how, metadata, state, outcome) => {
  const [scene, execution] = await rolling(metadata, state);
  trouble(scene);
  await says(scene, await scene.end(execution), how, outcome);
});

it.each([
  ['is slow', slow(60, 60)],
  ['is throttled', throttled(0.5, 0.5)],
] as const)('a rollback that stops a rollout whose blue %s says so as well', async (how, trouble) => {
  const [scene, execution] = await rolling(AT_ONCE, 'Watch');
  trouble(scene);
  await scene.reaches(execution, 'JudgeLive', 3);
  const rollback = await scene.end(await scene.start({ action: 'rollback' }));
  await says(scene, { execution, record: await scene.record(execution.name) }, how, 'reverted');
  await says(scene, rollback, how, 'already-live');
});

describe('nothing of it is said', () => {
  const takenBack = async (scene: Scene, execution: Execution): Promise<void> => {
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ liveVersionAfter: '3', error: expect.stringMatching(/Regressed$/) as string });
    expect(record?.liveFails).toBeUndefined();
    expect(scene.notices(execution.name).at(-1)?.subject).toMatch(/^Failed: /);
  };

  it.each<[string, Trouble, Record<string, string>, string, object]>([
    ['in a canary beside a blue that is well', slow(20, 400), CANARY, 'Bake', {}],
    ['in a watch beside a blue that is well', slow(20, 400), AT_ONCE, 'Watch', {}],
    ['of less than would be harmful', slow(22, 400), AT_ONCE, 'Watch', {}],
    ['of throttles of green alone', throttled(0, 0.6), AT_ONCE, 'Watch', {}],
    [
      'of slowness that is only observed',
      (scene) => {
        slow(100, 100)(scene);
        scene.turn('v3', { errorRate: 0.6, latencyMs: 100 });
      },
      CANARY,
      'Bake',
      { gates: { latency: { mode: 'observe' } } },
    ],
  ])('%s', async (_, trouble, metadata, state, settings) => {
    const [scene, execution] = await rolling(metadata, state, settings);
    trouble(scene);
    await takenBack(scene, execution);
  });

  it('where blue is itself again', async () => {
    const [scene, execution] = await rolling(AT_ONCE, 'Watch');
    slow(60, 60)(scene);
    await scene.world.runFor(6 * MINUTE);
    slow(20, 400)(scene);
    await takenBack(scene, execution);
  });
});
