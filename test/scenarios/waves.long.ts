import { dynamodbWaves } from '../../lambdas/adapters/dynamodb/waves';
import { ENV } from '../../lambdas/contract/names';
import { abort } from '../../lambdas/operations/abort';
import { status } from '../../lambdas/operations/status';
import { bytesOf } from '../../simulator/fake-model';
import type { Template } from '../../simulator/template';
import { MINUTE, Scene } from './harness';

import {
  NAMES,
  begun,
  endpointOf,
  newCode,
  ofDeploys,
  person,
  resumed,
  running,
  served,
  stopped,
  stops,
  templateWith,
  turn,
  waiting,
} from './waves-scene';

it('goes out in waves, each when all before it have ended well', async () => {
  const scene = await served();
  await scene.world.deploy(templateWith('second'));
  expect(begun(scene)).toHaveLength(1);
  const [first] = ofDeploys(scene);
  await scene.world.runFor(6 * MINUTE);
  expect(begun(scene)).toHaveLength(1);
  const last = NAMES.find((name) => name !== endpointOf(first!))!;
  expect(await newCode(scene, last)).toBe(
    `waits for its wave: 0 endpoints of the deploy ended well, 1 run (${endpointOf(first!)})`,
  );
  const seen: number[] = [];
  scene.world.hooks.onBefore(() => void seen.push(running(scene).length));
  await scene.end(first!);
  await scene.world.runFor(6 * MINUTE);
  expect(begun(scene)).toHaveLength(3);
  await scene.world.runFor(60 * MINUTE);
  expect([...begun(scene)].sort()).toEqual([...NAMES].sort());
  expect(ofDeploys(scene).every((one) => one.status === 'SUCCEEDED')).toBe(true);
  expect(Math.max(...seen)).toBe(2);
  for (const name of NAMES) expect(await waiting(scene, name)).toBeUndefined();
  expect(stops(scene)).toEqual([]);
});

it('without waves begins everywhere at once', async () => {
  const scene = await served([]);
  await scene.world.deploy(templateWith('second', []));
  expect(begun(scene)).toHaveLength(4);
});

it('that changes settings alone begins everywhere at once, as the code has proven itself there', async () => {
  const scene = await served();
  const { Resources, ...rest } = templateWith('first');
  const changed = Object.entries(Resources).map(([id, one]) =>
    one.Type === 'Custom::GreenlightLiveAlias'
      ? [id, { ...one, Properties: { ...one.Properties, CodeFingerprint: 'other settings' } }]
      : [id, one],
  );
  await scene.world.deploy({ ...rest, Resources: Object.fromEntries(changed) as Template['Resources'] });
  expect(begun(scene)).toHaveLength(4);
});

it('is stopped by its first bad end: the others are told of and hold nothing', async () => {
  const scene = await served();
  const { bad, execution } = await stopped(scene);
  await scene.world.runFor(30 * MINUTE);
  expect(begun(scene)).toEqual([bad]);
  expect(running(scene)).toEqual([]);
  const others = NAMES.filter((name) => name !== bad);
  for (const name of others) {
    expect(await scene.lock(name)).toBeUndefined();
    expect(await newCode(scene, name)).toBe(
      `is held back: rollout ${execution.name} of endpoint ${bad} ended badly (ModelRejected)`,
    );
  }
  const view = await scene.world.run(status(person(scene), others[0]));
  expect(view.next[0]).toEqual({ what: 'Let its deploy go on', command: `greenlight resume ${others[0]}` });
  expect(stops(scene)).toHaveLength(1);
  expect(stops(scene)[0]?.message).toContain('npx greenlight resume');
});

it('that is stopped holds up no upload and no rollback, and an upload brings the new code', async () => {
  const scene = await served();
  const { bad } = await stopped(scene);
  const other = NAMES.find((name) => name !== bad)!;
  await scene.world.run(scene.app.upload(other, 'v2.onnx', bytesOf({ name: 'v2' }), { strategy: 'AllAtOnce' }));
  await scene.world.runFor(30_000);
  expect(running(scene).map(({ name }) => name.startsWith(`${other}-`))).toEqual([true]);
  const [upload] = running(scene);
  expect((await scene.end(upload!)).execution.status).toBe('SUCCEEDED');
  const rollback = await scene.start({ endpoint: other, action: 'rollback', reason: 'now' });
  expect((await scene.end(rollback)).execution.status).toBe('SUCCEEDED');
  expect(begun(scene)).toEqual([bad]);
});

it('that is resumed begins at the others and again where it failed, which stops it no second time', async () => {
  const scene = await served();
  const { bad, execution } = await stopped(scene);
  turn(scene, bad, 'ModelUnloadable');
  const did = await resumed(scene);
  expect(did.stoppedBy).toEqual([execution.name]);
  expect([...did.begin].sort()).toEqual([...NAMES].sort());
  await scene.world.runFor(90 * MINUTE);
  expect([...begun(scene)].sort()).toEqual([...NAMES, bad].sort());
  const last = (name: string) => ofDeploys(scene).findLast((one) => endpointOf(one) === name)?.status;
  for (const name of NAMES) expect(last(name)).toBe(name === bad ? 'FAILED' : 'SUCCEEDED');
  expect(stops(scene)).toHaveLength(1);
});

it('that is resumed twice begins at each endpoint once', async () => {
  const scene = await served();
  await stopped(scene);
  await resumed(scene);
  expect(await resumed(scene)).toMatchObject({ stoppedBy: [], begin: { length: 4 } });
  await scene.world.runFor(2 * MINUTE);
  await resumed(scene);
  await scene.world.runFor(90 * MINUTE);
  expect(ofDeploys(scene)).toHaveLength(5);
  expect(await resumed(scene)).toEqual({ stoppedBy: [], begin: [] });
});

it('gives way to a deploy of other code, which begins with its own first wave', async () => {
  const scene = await served();
  const { bad } = await stopped(scene);
  await scene.world.deploy(templateWith('third'));
  expect(begun(scene)).toHaveLength(2);
  await scene.world.runFor(90 * MINUTE);
  expect(ofDeploys(scene)).toHaveLength(5);
  expect(begun(scene).slice(1)).toContain(bad);
  expect(
    ofDeploys(scene)
      .slice(1)
      .every((one) => one.status === 'SUCCEEDED'),
  ).toBe(true);
  expect(scene.notices('not rolled out')).toEqual([]);
});

it('is stopped by a person who aborts one of its rollouts', async () => {
  const scene = await served();
  await scene.world.deploy(templateWith('second'));
  const [first] = ofDeploys(scene);
  await scene.reaches(first!, 'Watch');
  await scene.world.run(
    abort(person(scene), endpointOf(first!), { by: 'ada', reason: 'slow' }, 10 * MINUTE).catch(() => undefined),
  );
  await scene.world.runFor(30 * MINUTE);
  expect(begun(scene)).toHaveLength(1);
  expect(stops(scene)[0]?.message).toContain('AbortedByPerson');
});

it('is stopped by an execution that dies unseen, and goes on at that endpoint too when it is resumed', async () => {
  const scene = await served();
  await scene.world.deploy(templateWith('second'));
  const [first] = ofDeploys(scene);
  await scene.reaches(first!, 'Watch');
  scene.lose('aws.states');
  await scene.stop(first!);
  await scene.world.runFor(30 * MINUTE);
  expect(begun(scene)).toHaveLength(1);
  expect(stops(scene)).toHaveLength(1);
  await resumed(scene);
  await scene.world.runFor(90 * MINUTE);
  expect(
    ofDeploys(scene)
      .filter((one) => one.status === 'SUCCEEDED')
      .map(endpointOf)
      .sort(),
  ).toEqual([...NAMES].sort());
});

it('goes on without an endpoint that is taken away while it waits for its wave', async () => {
  const scene = await served();
  await scene.world.deploy(templateWith('second'));
  const [first] = ofDeploys(scene);
  const gone = NAMES.findLast((name) => name !== endpointOf(first!))!;
  const rest = NAMES.filter((name) => name !== gone);
  await scene.world.deploy(templateWith('second', [1, 2], rest));
  await scene.world.runFor(90 * MINUTE);
  expect([...begun(scene)].sort()).toEqual([...rest].sort());
  expect(ofDeploys(scene).every((one) => one.status === 'SUCCEEDED')).toBe(true);
});

it('counts a rollout that was let begin and never did no longer', async () => {
  const scene = await served();
  const waves = dynamodbWaves({ ...scene.context, env: { ...scene.environment, [ENV.waves]: '[1]' } });
  const lost = {
    owner: `${ofDeploys(scene)[0]?.arn ?? scene.world.executions[0]!.arn}0`,
    rolloutId: 'x-deploy-0',
    endpoint: 'm1',
  };
  expect(await scene.world.run(waves.joinWave('code', lost))).toBeUndefined();
  expect(await scene.world.run(waves.joinWave('code', { ...lost, rolloutId: 'other' }))).toMatchObject({ ended: 0 });
  await scene.world.runFor(16 * MINUTE);
  expect(await scene.world.run(waves.joinWave('code', { ...lost, rolloutId: 'other' }))).toBeUndefined();
});

describe('at one moment', () => {
  const one = (name: string) => ({ owner: `arn:${name}`, rolloutId: `${name}-deploy-0`, endpoint: name });
  async function wavesOf(sizes: string) {
    const scene = await Scene.open();
    const waves = dynamodbWaves({ ...scene.context, env: { ...scene.environment, [ENV.waves]: sizes } });
    return { waves, run: <T>(work: Promise<T>) => scene.world.run(work) };
  }

  it('a good end does not undo what a bad one stopped', async () => {
    const { waves, run } = await wavesOf('[2]');
    for (const name of ['a', 'b']) expect(await run(waves.joinWave('code', one(name)))).toBeUndefined();
    const ends = [waves.endInWave('a-deploy-0', 'well'), waves.endInWave('b-deploy-0', { error: 'Stopped' })];
    await run(Promise.all(ends));
    const failed = [{ endpoint: 'b', rolloutId: 'b-deploy-0', error: 'Stopped' }];
    expect(await run(waves.joinWave('code', one('c')))).toMatchObject({ ended: 1, running: [], failed });
  });

  it('a resume passes no bad end that its person has not seen', async () => {
    const { waves, run } = await wavesOf('[2]');
    for (const name of ['a', 'b']) await run(waves.joinWave('code', one(name)));
    await run(waves.endInWave('a-deploy-0', { error: 'Stopped' }));
    const { failed } = await run(waves.readWave('code'));
    await run(Promise.all([waves.resumeWave('code', failed), waves.endInWave('b-deploy-0', { error: 'Stopped' })]));
    expect(await run(waves.joinWave('code', one('c')))).toMatchObject({
      failed: [
        { endpoint: 'a', passed: true },
        { endpoint: 'b', rolloutId: 'b-deploy-0' },
      ],
    });
  });

  it('no more begin than the wave has room for', async () => {
    const { waves, run } = await wavesOf('[1, 5]');
    const joined = async (names: readonly string[]) =>
      (await run(Promise.all(names.map((name) => waves.joinWave('code', one(name)))))).filter(
        (did) => did === undefined,
      );
    expect(await joined(['a', 'b', 'c'])).toHaveLength(1);
    const { running } = await run(waves.readWave('code'));
    await run(waves.endInWave(running[0]!.rolloutId, 'well'));
    expect(await joined(Array.from({ length: 30 }, (_, index) => `m${index}`))).toHaveLength(5);
  });
});
