import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { goldenSet } from '../../simulator/fake-model';
import { MINUTE, Scene, templateOf, ENDPOINT } from './harness';

const GOLDEN = 'golden/digits.json';
const AT_ONCE = { strategy: 'AllAtOnce' };
const CANARY = { strategy: 'Canary10Percent5Minutes' };

/** v1 is version 2, v2 is version 3 and live: the one that dies. */
async function two(rows = 500, settings = {}): Promise<Scene> {
  const template = templateOf({ name: ENDPOINT, goldenSet: { key: GOLDEN } });
  const scene = await Scene.open({ template, settings });
  scene.unschedule('TeardownIdle');
  await scene.world.run(scene.app.put(GOLDEN, JSON.stringify(goldenSet(rows))));
  scene.requestsPerMinute = 600;
  await scene.serve({ name: 'v1' }, 6);
  await scene.change({ watchMinutes: 1 });
  expect((await scene.rollout({ name: 'v2' }, AT_ONCE)).record).toMatchObject({ outcome: 'promoted' });
  await scene.world.runFor(8 * MINUTE);
  return scene;
}

const minutesIn = (record: RolloutRecord | undefined, from: string, to: string): number => {
  const at = (state: string) => Date.parse(record!.state!.timeline.find((entry) => entry.state === state)!.at);
  return (at(to) - at(from)) / MINUTE;
};

const HANGS = { latencyMs: 14_500 };
const CRASHES = { crashes: 'Segmentation fault', errorRate: 1 };

it.each([
  ['answers 503', { load: 'ModelUnloadable' }, 'a rollback', { action: 'rollback' }],
  ['crashes', CRASHES, 'a rollback to a version', { action: 'rollback', to: '2' }],
  ['hangs', HANGS, 'a rollback', { action: 'rollback' }],
] as const)('a live version that %s %j does not stop %s', async (_, changes, _name, input) => {
  const scene = await two(20);
  scene.turn('v2', changes);
  const { execution, record } = await scene.end(await scene.start(input));
  expect([execution.error, execution.cause]).toEqual([undefined, undefined]);
  expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  expect(execution.stoppedAt! - execution.startedAt).toBeLessThan(MINUTE);
  expect(await scene.atRest()).toBe('v1');
});

it.each([
  ['crashes', CRASHES, AT_ONCE, 20],
  ['times out', { crashes: 'Task timed out after 15.00 seconds', latencyMs: 15_000, errorRate: 1 }, CANARY, 20],
  ['hangs', HANGS, CANARY, 500],
] as const)(
  'a live version that %s %j does not stop an upload with %j, and costs it two minutes at most',
  async (_, changes, metadata, rows) => {
    const scene = await two(rows);
    scene.turn('v2', changes);
    const { execution, record } = await scene.rollout({ name: 'fix' }, metadata);
    expect([execution.error, execution.cause]).toEqual([undefined, undefined]);
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '4' });
    expect(minutesIn(record, 'DeployGreen', 'VerifyGreen')).toBeLessThan(2);
    expect(await scene.atRest()).toBe('fix');
  },
);

/** What was not the model's doing: users are elsewhere, because the engine has no version that could answer them. */
const LOSSES: readonly (readonly [string, (scene: Scene) => unknown])[] = [
  ['was deleted', ({ world, functionName }) => world.services.lambda.loseVersion(functionName, '3')],
  ['has failed', ({ world, functionName }) => world.services.lambda.setState(functionName, '3', 'Failed')],
  [
    'has lost its object',
    async (scene) => {
      const { key, versionId } = (await scene.livePeriods())[0]!.model!;
      const address = { Bucket: scene.app.bucket, Key: key, VersionId: versionId };
      await scene.world.run(scene.world.user.s3.send(new DeleteObjectCommand(address)));
      scene.turn('v2', { load: 'ModelDownloadFailed' });
    },
  ],
  [
    'has settings that Lambda cannot read',
    ({ world }) =>
      world.hooks.onAfter(({ command, input }, answer) => {
        if (command !== 'GetFunction' || input['Qualifier'] !== '3') return;
        const { Configuration } = answer as { Configuration: Record<string, unknown> };
        Configuration['Environment'] = { Error: { ErrorCode: 'KMSAccessDeniedException', Message: 'no key' } };
      }),
  ],
  [
    'has settings that name no model',
    ({ world, functionName }) =>
      world.hooks.onAfter(({ command, input }, answer) => {
        if (command !== 'GetFunction' || input['Qualifier'] !== '3') return;
        const { Configuration } = answer as { Configuration: Record<string, unknown> };
        Configuration['Environment'] = { Variables: { GREENLIGHT_MODEL_BUCKET: functionName } };
      }),
  ],
];

describe.each(LOSSES)('a live version that %s', (_, lose) => {
  const lost = async (): Promise<Scene> => {
    const scene = await two(20);
    scene.leaveUsers();
    await scene.world.runFor(10_000);
    await lose(scene);
    return scene;
  };

  it('stops neither an upload, which is no first model, nor a rollback', async () => {
    const scene = await lost();
    const { execution, record } = await scene.rollout({ name: 'fix' }, AT_ONCE);
    expect([execution.error, execution.cause]).toEqual([undefined, undefined]);
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '4' });
    expect(await scene.atRest()).toBe('fix');
    // The fix gets lost as well.
    scene.world.services.lambda.loseVersion(scene.functionName, '4');
    const back = await scene.end(await scene.start({ action: 'rollback', to: '2' }));
    expect(back.record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
    expect(await scene.atRest()).toBe('v1');
  });
});

it('puts the same bytes in service again when the object of the live version is gone', async () => {
  const scene = await two(20);
  const { key, versionId } = (await scene.livePeriods())[0]!.model!;
  const address = { Bucket: scene.app.bucket, Key: key, VersionId: versionId };
  await scene.world.run(scene.world.user.s3.send(new DeleteObjectCommand(address)));
  scene.leaveUsers();
  await scene.world.runFor(MINUTE);
  const { record } = await scene.rollout({ name: 'v2' }, AT_ONCE);
  expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '4' });
  expect(await scene.atRest()).toBe('v2');
});

it('says what was not compared, and why there was no canary, and never blames green', async () => {
  const scene = await two(20);
  scene.turn('v2', { load: 'ModelUnloadable' });
  const { record } = await scene.rollout({ name: 'fix' }, CANARY);
  const silent =
    'blue (version 3) does not answer: GET /v2/models/digits on version 3 answered 503: ModelUnloadable: not loaded';
  expect(record?.state?.blue.silent).toBe(silent);
  expect(record?.decidedBy).toBe(`${silent}; what was found before any traffic decided`);
  expect(record?.state?.timeline.find(({ state }) => state === 'VerifyGreen')?.note).toContain(
    `${silent}; there is nothing to compare green with, so it gets no canary`,
  );
  expect(record?.state?.timeline.map(({ state }) => state)).not.toContain('ShiftTraffic');
  expect(record?.state?.timeline.find(({ state }) => state === 'JudgeLive')?.note).toBe(
    'no watch: blue (version 3) does not answer',
  );
});

it('asks a person first where the endpoint wants that, and holds green to its golden set', async () => {
  const scene = await two(20);
  await scene.change({ approval: { mode: 'before-promote' } });
  scene.turn('v2', { load: 'ModelUnloadable' });
  const bad = await scene.rollout({ name: 'poor', accuracy: 0.2, nonFinite: 0.1 }, CANARY);
  expect(bad.record).toMatchObject({ outcome: 'rejected', error: 'ModelRejected' });
  const versionId = await scene.upload({ name: 'fix' }, CANARY);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'AwaitApproval');
  expect(execution.status).toBe('RUNNING');
});

it('still refuses green by its own name when it is green that does not answer', async () => {
  const scene = await two(20);
  scene.turn('v2', { load: 'ModelUnloadable' });
  const { execution } = await scene.rollout({ name: 'bad', crashes: 'no' }, CANARY);
  expect(execution).toMatchObject({ error: 'GreenUnhealthy' });
  expect(execution.cause).toContain('version 4 is not ready');
});

it('is replaced although an alarm that may veto is in ALARM, as it does when nothing answers', async () => {
  const scene = await Scene.open({ template: templateOf({ name: ENDPOINT, vetoAlarms: ['errors'] }) });
  scene.world.services.cloudwatch.setAlarm('errors', 'OK');
  await scene.serve();
  scene.world.services.cloudwatch.setAlarm('errors', 'ALARM');
  const refused = await scene.rollout({ name: 'v2' }, CANARY);
  expect(refused.record).toMatchObject({ outcome: 'rejected', error: 'AlarmNotReady' });
  scene.turn('v1', { load: 'ModelUnloadable' });
  const { record } = await scene.rollout({ name: 'fix' }, CANARY);
  expect(record).toMatchObject({ outcome: 'promoted' });
  expect(await scene.atRest()).toBe('fix');
});

it('is not dead for failing the rows that a sorted golden set begins with: its successor gets a canary', async () => {
  // Of the made-up model those below 0.3, which are the first 30 %.
  const scene = await two(50);
  scene.turn('v2', { nonFinite: 0.3 });
  await scene.world.runFor(6 * MINUTE);
  const { record } = await scene.rollout({ name: 'v3' }, CANARY);
  expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '4' });
  expect(record?.state?.blue.silent).toBeUndefined();
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([10, 100]);
});

it('is dead when it answers no row anywhere in the golden set', async () => {
  const scene = await two(50);
  scene.turn('v2', { nonFinite: 1 });
  const { record } = await scene.rollout({ name: 'v3' }, CANARY);
  expect(record?.state?.blue.silent).toContain('answers none of 20 rows of the golden set: output label holds NaN');
  expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '4' });
});
