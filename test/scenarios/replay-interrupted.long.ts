import { DeleteAliasCommand, DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { EVIDENCE_DOCUMENT, PREVIEW_ALIAS } from '../../lambdas/contract/names';
import { keptReplaySchema } from '../../lambdas/contract/replay';
import type { Execution } from '../../simulator/states/execution';
import { ENDPOINT, MINUTE, type Scene } from './harness';
import { quiet, SAMPLES } from './quiet';

const SLOW = 900;
const REQUESTS = 1_500;
/** Eight at once, 1.8 s a pair: 533 in a chunk of two minutes, and those that were begun in it. */
const MOST_IN_A_CHUNK = 545;
/** So little harm is excluded by 1,500 requests and not by fewer: nearly all are asked, in three chunks. */
const ALL_ARE_NEEDED = { errors: { harm: { points: 0.0026 } } } as const;

/** A rollout in the middle of the second chunk of its replay. */
async function replaying(settings: Parameters<typeof quiet>[0] = {}): Promise<readonly [Scene, Execution]> {
  const scene = await quiet({ gates: ALL_ARE_NEEDED, ...settings }, { name: 'v1', latencyMs: SLOW }, REQUESTS);
  const versionId = await scene.upload({ name: 'v2', latencyMs: SLOW }, { dryrun: 'true' });
  const rollout = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(rollout, 'ReplayTraffic', 2);
  await scene.world.runFor(MINUTE);
  return [scene, rollout];
}

function keptOf(scene: Scene, { name }: Execution) {
  const bucket = scene.world.stack.ref(scene.world.stack.idsOf('AWS::S3::Bucket')[0]!);
  const key = `rollouts/${ENDPOINT}/${name}/${EVIDENCE_DOCUMENT.replay}`;
  return keptReplaySchema.parse(JSON.parse(Buffer.from(scene.world.services.s3.readBytes(bucket, key)).toString()));
}

/** How often green was asked each request of the replay: nobody else asks it with the log's end. */
const timesAsked = (scene: Scene, from: number): number[] => {
  const asked = new Map<string, number>();
  for (const { command, input } of scene.world.hooks.calls.slice(from)) {
    if (command !== 'Invoke' || input['LogType'] !== 'Tail' || input['Qualifier'] !== '3') continue;
    const { body } = JSON.parse(Buffer.from(input['Payload'] as Uint8Array).toString()) as { body: string };
    asked.set(body, (asked.get(body) ?? 0) + 1);
  }
  return [...asked.values()];
};

const redrive = (scene: Scene, { arn }: Execution): Promise<unknown> =>
  scene.world.run(scene.world.user.sfn.send(new RedriveExecutionCommand({ executionArn: arn })));

/** The run that is in the middle of a chunk dies before it has kept it. */
function loseTheChunk(scene: Scene): void {
  let lost = false;
  scene.world.hooks.onBefore(({ input }) => {
    // What a chunk begins with is written before; over that it writes what it asked.
    if (lost || input['IfMatch'] === undefined || !String(input['Key']).endsWith(EVIDENCE_DOCUMENT.replay)) return;
    lost = true;
    throw new Error('the run died');
  });
}

/** Stopped where nobody hears of it, and redriven hours later. */
async function redrivenAfter(hours: number, settings: Parameters<typeof quiet>[0] = {}) {
  const [scene, rollout] = await replaying(settings);
  scene.unschedule('Reconcile', 'TeardownIdle');
  scene.lose('aws.states');
  const before = keptOf(scene, rollout);
  loseTheChunk(scene);
  await scene.stop(rollout);
  await scene.world.runFor(hours * 60 * MINUTE);
  await redrive(scene, rollout);
  return { scene, before, ...(await scene.end(rollout)) };
}

it('goes on, redriven hours later, with the requests that were drawn and the answers that were kept', async () => {
  const { scene, before, execution, record } = await redrivenAfter(3);
  expect(record).toMatchObject({ outcome: 'dry-run-passed' });
  const after = keptOf(scene, execution);
  expect(after.requests).toEqual(before.requests);
  expect(after.pairs.slice(0, before.pairs.length)).toEqual(before.pairs);
  expect(after.pairs.map(({ request }) => request)).toEqual(after.requests.slice(0, after.asked));
  expect(record?.state?.replay).toMatchObject({ verdict: 'proven', asked: after.asked });
  expect(before.asked).toBeGreaterThan(400);
  expect(after.asked).toBeGreaterThan(before.asked);
});

it('asks no more than the chunk that was lost a second time, and bills no hours of waiting', async () => {
  const { scene, record } = await redrivenAfter(3);
  const times = timesAsked(scene, 0);
  expect(Math.max(...times)).toBe(2);
  expect(times.filter((one) => one === 2).length).toBeLessThanOrEqual(MOST_IN_A_CHUNK);
  expect(record?.state?.replay?.chunks).toBe(3);
  expect(record?.state?.replay?.seconds).toBeLessThan(6 * 60);
});

it('has, redriven, the time left that it had', async () => {
  const { record } = await redrivenAfter(3, { replay: { samples: SAMPLES, minutes: 4 } });
  expect(record?.state?.replay).toMatchObject({ verdict: 'unproven', chunks: 2 });
  expect(record?.state?.replay?.reason).toMatch(/^its time was over/);
});

it('asks a chunk again whose run was lost, and counts each request once', async () => {
  const scene = await quiet({}, { name: 'v1', latencyMs: SLOW }, REQUESTS);
  loseTheChunk(scene);
  const { execution, record } = await scene.rollout({ name: 'v2', latencyMs: SLOW }, { dryrun: 'true' });
  expect(record).toMatchObject({ outcome: 'dry-run-passed' });
  const { asked, pairs, requests } = keptOf(scene, execution);
  expect(pairs.map(({ request }) => request)).toEqual(requests.slice(0, asked));
  const times = timesAsked(scene, 0);
  expect(Math.max(...times)).toBe(2);
  expect(times.filter((one) => one === 2).length).toBeLessThanOrEqual(MOST_IN_A_CHUNK);
});

it('keeps, stopped, what was asked until then, puts no one on green, and a redrive asks nothing more', async () => {
  const [scene, rollout] = await replaying();
  const before = keptOf(scene, rollout);
  await scene.stop(rollout, 'the wrong model');
  await scene.world.runFor(MINUTE);
  expect(await scene.atRest()).toBe('v1');
  const record = await scene.record(rollout.name);
  expect(record).toMatchObject({ outcome: 'aborted', error: 'StoppedByPerson' });
  expect(record?.state?.weights).toEqual([]);
  expect(record?.state?.replay).toMatchObject({ asked: before.asked, chunks: 1 });
  expect(keptOf(scene, rollout).pairs.slice(0, before.pairs.length)).toEqual(before.pairs);
  await scene.world.runFor(5 * MINUTE);
  // The run that Lambda still gave its time came to its end meanwhile.
  expect(keptOf(scene, rollout)).toEqual(before);
  const calls = scene.world.hooks.calls.length;
  await redrive(scene, rollout);
  await scene.end(rollout);
  expect(rollout).toMatchObject({ status: 'FAILED', error: 'RolloutStale' });
  expect(timesAsked(scene, calls)).toEqual([]);
});

it('ends without a word against the model where a person deletes green in the middle of it', async () => {
  const [scene, rollout] = await replaying();
  const FunctionName = scene.functionName;
  const { lambda } = scene.world.user;
  await scene.world.run(lambda.send(new DeleteAliasCommand({ FunctionName, Name: PREVIEW_ALIAS })));
  await scene.world.run(lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '3' })));
  const { record } = await scene.end(rollout);
  expect(record).toMatchObject({ outcome: 'rejected', error: 'GreenUnhealthy' });
  expect(record?.cause).toMatch(/^in the replay version 3 cannot be called: ResourceNotFoundException/);
  expect(record?.state?.replay?.verdict).toBeUndefined();
  expect(await scene.atRest()).toBe('v1');
});
