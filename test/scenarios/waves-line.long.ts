import { InvokeCommand } from '@aws-sdk/client-lambda';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { dynamodbUploads } from '../../lambdas/adapters/dynamodb/uploads';
import { dynamodbWaves } from '../../lambdas/adapters/dynamodb/waves';
import { ENV } from '../../lambdas/contract/names';
import { chooseUnfinished, resume } from '../../lambdas/operations/resume';
import { status, statusOfAll } from '../../lambdas/operations/status';
import { bytesOf } from '../../simulator/fake-model';
import type { Call } from '../../simulator/hooks';
import { ENDPOINT, MINUTE, type Scene } from './harness';
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
  waiting,
} from './waves-scene';

/** What waits in line of a deploy, and what else happens to its endpoint meanwhile. */

const upload = (scene: Scene, name: string, model: object, metadata = {}) =>
  scene.world.run(
    scene.app.upload(name, 'next.onnx', bytesOf({ name: 'next', ...model }), { strategy: 'AllAtOnce', ...metadata }),
  );
const started = (scene: Scene, name: string, versionId: string) =>
  scene.started(({ input, name: id }) => id.startsWith(`${name}-`) && input.includes(versionId));
const waves = (scene: Scene) => scene.world.run(dynamodbWaves(scene.context).listWaves());

describe('where an upload brought the code', () => {
  async function brought() {
    const scene = await served();
    const { bad } = await stopped(scene);
    const other = NAMES.find((name) => name !== bad)!;
    const versionId = await upload(scene, other, {});
    expect((await scene.end(await started(scene, other, versionId))).execution.status).toBe('SUCCEEDED');
    return { scene, other };
  }

  it('nothing is held back, and the line is left', async () => {
    const { scene, other } = await brought();
    const { newCode: said, next } = await scene.world.run(status(person(scene), other));
    expect(said).toBeNull();
    expect(next.filter(({ command }) => command?.includes('resume'))).toEqual([]);
    await scene.world.runFor(6 * MINUTE);
    expect(await waiting(scene, other)).toBeUndefined();
  });

  it('what a person took back stays back, also when the deploy is resumed', async () => {
    const { scene, other } = await brought();
    const rollback = await scene.start({ endpoint: other, action: 'rollback', reason: 'the code is bad' });
    expect((await scene.end(rollback)).execution.status).toBe('SUCCEEDED');
    expect((await resumed(scene)).begin).not.toContain(other);
    await scene.world.runFor(90 * MINUTE);
    expect(begun(scene)).not.toContain(other);
    expect([...new Set(begun(scene))]).toHaveLength(3);
  });
});

it('waits on where the uploads that came before it are not promoted', async () => {
  const scene = await served();
  const { bad } = await stopped(scene);
  const other = NAMES.find((name) => name !== bad)!;
  const first = await started(scene, other, await upload(scene, other, { load: 'ModelUnloadable' }));
  const behind = await upload(scene, other, { load: 'ModelUnloadable' });
  await scene.end(first);
  const second = await scene.end(await started(scene, other, behind));
  expect([first.status, second.execution.status]).toEqual(['FAILED', 'FAILED']);
  expect(await newCode(scene, other)).toContain('is held back');
  expect((await resumed(scene)).begin).toContain(other);
  await scene.world.runFor(90 * MINUTE);
  expect(ofDeploys(scene).find((one) => endpointOf(one) === other)?.status).toBe('SUCCEEDED');
});

it.each(['before', 'after'])('has its turn beside a dry run that came %s it', async (when) => {
  const scene = await served();
  scene.comeUsers();
  await scene.world.runFor(10 * MINUTE);
  const runs = await started(
    scene,
    ENDPOINT,
    await upload(scene, ENDPOINT, {}, { strategy: 'Canary10Percent15Minutes' }),
  );
  const dryRun = () => upload(scene, ENDPOINT, {}, { dryrun: 'true' });
  const before = when === 'before' ? await dryRun() : undefined;
  await scene.world.runFor(20_000);
  await scene.world.deploy(templateWith('second'));
  const after = before ?? (await dryRun());
  await scene.world.runFor(20_000);
  expect(runs.status).toBe('RUNNING');
  expect(await scene.world.run(dynamodbUploads(scene.context).readWaitingUpload(ENDPOINT))).toMatchObject({
    versionId: after,
  });
  expect(await waiting(scene, ENDPOINT)).toBeDefined();
  expect((await scene.end(await started(scene, ENDPOINT, after))).record?.outcome).toBe('dry-run-passed');
  await scene.world.runFor(90 * MINUTE);
  expect([...begun(scene)].sort()).toEqual([...NAMES].sort());
  expect(scene.notices('not rolled out')).toEqual([]);
});

describe('people are told that a deploy goes no further', () => {
  it('where another endpoint waits for it', async () => {
    const scene = await served();
    const { bad } = await stopped(scene);
    await scene.world.runFor(20 * MINUTE);
    expect(stops(scene)).toHaveLength(1);
    expect(stops(scene)[0]?.message).toContain(`npx greenlight resume ${bad}`);
    expect((await waves(scene))[0]?.failed).toMatchObject([{ told: true }]);
  });

  it('not where there is one endpoint, or each has code of its own', async () => {
    const ownCode = (id: string) => `second ${NAMES.findLast((name) => id.includes(name))}`;
    for (const names of [[ENDPOINT], NAMES]) {
      const scene = await served([1], names);
      await stopped(scene, templateWith(ownCode, [1], names));
      await scene.world.runFor(20 * MINUTE);
      expect((await waves(scene)).flatMap(({ failed }) => failed)).toHaveLength(names.length);
      expect(stops(scene)).toEqual([]);
    }
  });
});

it('that a person stopped without a word is read again, and says so', async () => {
  const scene = await served();
  await scene.world.deploy(templateWith('second'));
  const [first] = ofDeploys(scene);
  await scene.reaches(first!, 'Watch');
  const stop = new StopExecutionCommand({ executionArn: first!.arn, error: '', cause: '' });
  await scene.world.run(scene.world.user.sfn.send(stop));
  await scene.world.runFor(10 * MINUTE);
  const other = NAMES.find((name) => name !== endpointOf(first!))!;
  expect(await newCode(scene, other)).toContain('ended badly (unknown)');
});

it('is counted by why its execution ended, also when it is looked at before that is closed', async () => {
  const scene = await served();
  scene.unschedule('Reconcile');
  scene.lose('aws.states');
  scene.comeUsers();
  await scene.world.runFor(10 * MINUTE);
  const long = { strategy: 'Canary10Percent15Minutes' };
  const late = await started(scene, ENDPOINT, await upload(scene, ENDPOINT, {}, long));
  const rolloutId = late.name;
  const { clock } = scene.world;
  const context = {
    ...scene.context,
    clock: { now: () => clock.now() - 70 * MINUTE, sleep: (ms: number) => clock.sleep(ms) },
    env: { ...scene.environment, [ENV.waves]: '[1]' },
  };
  await scene.world.run(dynamodbWaves(context).joinWave('code', { owner: late.arn, rolloutId, endpoint: ENDPOINT }));
  await scene.reaches(late, 'Bake');
  await scene.stop(late, 'slow');
  const look = async () => {
    const Payload = Buffer.from(JSON.stringify({ Records: [{ body: '{}' }] }));
    const FunctionName = scene.world.stack.ref(scene.logicalId('reconcile'));
    await scene.world.run(scene.world.user.lambda.send(new InvokeCommand({ FunctionName, Payload })));
    const [wave] = await waves(scene);
    return wave;
  };
  expect(await look()).toMatchObject({ running: [{ rolloutId }], failed: [] });
  await scene.world.runFor(2 * MINUTE);
  expect(await look()).toMatchObject({ running: [], failed: [{ error: 'StoppedByPerson' }] });
});

it('is begun by the reconciler where it could not be when it was deployed, and fails no stack', async () => {
  const scene = await served();
  const turnedAway = scene.world.hooks.onBefore((call: Call) => {
    if (call.command === 'StartExecution') throw Object.assign(new Error('later'), { name: 'ThrottlingException' });
  });
  await scene.world.deploy(templateWith('second'));
  expect(ofDeploys(scene)).toEqual([]);
  turnedAway();
  await scene.world.runFor(90 * MINUTE);
  expect([...begun(scene)].sort()).toEqual([...NAMES].sort());
});

it('is resumed of one code alone where an endpoint is named', async () => {
  const scene = await served();
  const twoCodes = (id: string) => (/m[12]/.test(id) ? 'second' : 'third');
  await stopped(scene, templateWith(twoCodes));
  await scene.world.runFor(10 * MINUTE);
  const [first, other] = (await waves(scene)).map(({ failed }) => failed[0]!);
  expect((await resumed(scene, first!.endpoint)).stoppedBy).toEqual([first!.rolloutId]);
  expect((await resumed(scene)).stoppedBy).toEqual([other!.rolloutId]);
});

it('is not put out of line by a person who chose what to resume before it came', async () => {
  const scene = await served();
  const { bad } = await stopped(scene);
  const chosen = await scene.world.run(chooseUnfinished(person(scene)));
  await started(scene, bad, await upload(scene, bad, {}));
  await scene.world.deploy(templateWith('third'));
  const later = await waiting(scene, bad);
  expect(later).toBeDefined();
  await scene.world.run(resume(person(scene), chosen));
  expect(await waiting(scene, bad)).toEqual(later);
});

it('waits for its own deploy where its function has later code already', async () => {
  const scene = await served();
  const { bad } = await stopped(scene);
  const later = NAMES.find((name) => name !== bad)!;
  const config = (await scene.world.run(person(scene).settings.findSettings(later)))!;
  const { world } = scene;
  world.services.lambda.setCode(config.functionName, Buffer.from('third'.repeat(6)).toString('base64'));
  await resumed(scene);
  await world.runFor(90 * MINUTE);
  expect(begun(scene)).not.toContain(later);
  expect([...new Set(begun(scene))]).toHaveLength(3);
  expect(await newCode(scene, later)).toBe(
    'cannot begin: its function has other code than was deployed; deploy again, unless a deploy is under way',
  );
  await world.deploy(templateWith('fourth'));
  await world.runFor(90 * MINUTE);
  expect(ofDeploys(scene).find((one) => endpointOf(one) === later)?.status).toBe('SUCCEEDED');
  expect([await newCode(scene, later), await waiting(scene, later)]).toEqual([null, undefined]);
});

it('costs a pass one read of its wave and asks Step Functions nothing; people read a wave once', async () => {
  const scene = await served();
  await stopped(scene);
  await scene.world.runFor(10 * MINUTE);
  const seen: string[] = [];
  const stop = scene.world.hooks.onBefore(({ command, input }: Call) => {
    const { sk: sort = '' } = (input['Key'] ?? {}) as { readonly sk?: string };
    seen.push(`${command} ${sort.split('#')[0]}`);
  });
  await scene.world.runFor(5 * MINUTE);
  const passes = seen.filter((one) => one === 'GetItem WAITING' || one === 'Get WAITING').length / 2;
  expect(passes).toBeGreaterThanOrEqual(NAMES.length);
  expect(seen.filter((one) => one.endsWith(' WAVE')).length).toBeLessThanOrEqual(passes);
  expect(seen.filter((one) => one.startsWith('DescribeExecution'))).toEqual([]);
  seen.length = 0;
  expect(await scene.world.run(statusOfAll(person(scene)))).toHaveLength(NAMES.length);
  expect(seen.filter((one) => one.endsWith(' WAVE'))).toHaveLength(1);
  stop();
  expect(running(scene)).toEqual([]);
});
