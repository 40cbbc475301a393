import { DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { MAY_DELETE_TAG } from '../../lambdas/contract/names';
import type { Template } from '../../simulator/template';
import type { FakeModel } from '../../simulator/fake-model';
import { MINUTE, Scene, templateOf } from './harness';

const DAY = 24 * 60 * MINUTE;

/** Alarms by the last part of their name: what they went to, and whether a mail told of it. */
const heard = (scene: Scene, state = 'ALARM') =>
  scene.world.alarms.mails
    .filter(({ subject }) => subject.startsWith(`${state}: `))
    .map(
      ({ subject }) =>
        /(DeadLetters|RestoreBlueFails|SafetyNetFails|ReconcileFails|ReconcileSilent|NotRestored|EndpointFails|ModelUnavailable)[0-9A-F]{8}"$/.exec(
          subject,
        )?.[1],
    );

/** The template with a part of every resource of a type changed. */
const changed = (type: string, change: (properties: Record<string, unknown>) => Record<string, unknown>): Template => {
  const template = templateOf({ name: 'digits' });
  const resources = Object.entries(template.Resources).map(([id, resource]) =>
    resource.Type === type ? [id, { ...resource, Properties: change({ ...resource.Properties }) }] : [id, resource],
  );
  return { ...template, Resources: Object.fromEntries(resources) as Template['Resources'] };
};

describe("the app's alarms", () => {
  it('are silent through a first day without users, and say OK once each', async () => {
    const scene = await Scene.open();
    await scene.world.runFor(DAY);
    expect(heard(scene)).toEqual([]);
    expect(heard(scene, 'INSUFFICIENT_DATA')).toEqual([]);
    expect(heard(scene, 'OK').sort()).toEqual([
      'DeadLetters',
      'EndpointFails',
      'ModelUnavailable',
      'NotRestored',
      'ReconcileFails',
      'ReconcileSilent',
      'RestoreBlueFails',
      'SafetyNetFails',
    ]);
  });

  it('are silent through a day with users, a good rollout and a bad one', async () => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.rollout({ name: 'v2' });
    await scene.rollout({ name: 'bad', modelErrorRate: 0.2 }, { strategy: 'Canary10Percent5Minutes' });
    scene.leaveUsers();
    await scene.world.runFor(DAY);
    expect(heard(scene)).toEqual([]);
  });

  it('say within half an hour that the reconciler runs no more', async () => {
    const scene = await Scene.open();
    await scene.world.runFor(60 * MINUTE);
    scene.unschedule('Reconcile');
    await scene.world.runFor(31 * MINUTE);
    expect(heard(scene, 'INSUFFICIENT_DATA')).toEqual(['ReconcileSilent']);
  });

  it('say that the schedule could not call its function from the first day on', async () => {
    const scene = await Scene.open({
      template: changed('AWS::Scheduler::Schedule', ({ Target, ...rest }) => ({
        ...rest,
        Target: { ...(Target as object), RoleArn: 'arn:aws:iam::123456789012:role/missing' },
      })),
    });
    await scene.world.runFor(60 * MINUTE);
    expect(heard(scene)).toEqual(['DeadLetters']);
  });

  it('say that a green which failed is still live, as long as it is', async () => {
    const scene = await Scene.open();
    scene.unschedule('TeardownIdle');
    await scene.serve({ name: 'v1' });
    await scene.upload({ name: 'bad' }, { strategy: 'AllAtOnce' });
    const execution = await scene.started(({ input }) => input.includes('bad.onnx'));
    await scene.reaches(execution, 'Watch');
    scene.turn('bad', { errorRate: 0.6 });
    scene.world.services.lambda.loseVersion(scene.functionName, '2');
    expect((await scene.end(execution)).record).toMatchObject({ outcome: 'not-restored', liveVersionAfter: '3' });
    scene.turn('bad', {});
    await scene.world.runFor(12 * MINUTE);
    expect(heard(scene)).toContain('NotRestored');
    const mail = scene.world.alarms.mails.find(({ subject }) => subject.includes('NotRestored'));
    expect(mail?.message).toContain('See the runbook, NotRestored');
    // Uploads that were refused since then do not make it forgotten.
    for (let nth = 0; nth < 22; nth += 1) await scene.end(await scene.start({ wieght: nth }));
    expect((await scene.records()).length).toBeGreaterThan(22);
    await scene.world.runFor(3 * 60 * MINUTE);
    const over = () => heard(scene, 'OK').filter((alarm) => alarm === 'NotRestored').length;
    expect([heard(scene).filter((alarm) => alarm === 'NotRestored').length, over()]).toEqual([1, 1]);
    await scene.rollout({ name: 'fix' }, { strategy: 'AllAtOnce' });
    await scene.world.runFor(30 * MINUTE);
    expect(over()).toBe(2);
  });

  it('say for an hour that another version than blue serves after a revert', async () => {
    const scene = await Scene.open();
    scene.unschedule('TeardownIdle');
    await scene.serve({ name: 'v1' });
    await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
    await scene.world.runFor(20 * MINUTE);
    await scene.upload({ name: 'bad' }, { strategy: 'AllAtOnce' });
    const execution = await scene.started(({ input }) => input.includes('bad.onnx'));
    await scene.reaches(execution, 'Watch');
    scene.turn('bad', { errorRate: 0.6 });
    scene.world.services.lambda.loseVersion(scene.functionName, '3');
    expect((await scene.end(execution)).record).toMatchObject({ outcome: 'not-restored', liveVersionAfter: '2' });
    await scene.world.runFor(2 * 60 * MINUTE);
    expect(heard(scene)).toContain('NotRestored');
    expect(heard(scene, 'OK').filter((alarm) => alarm === 'NotRestored')).toHaveLength(2);
  });

  it.each([
    ['restore-blue', 'RestoreBlueFails'],
    ['safety-net', 'SafetyNetFails'],
    ['reconcile', 'ReconcileFails'],
  ] as const)('say that %s fails', async (handler, alarm) => {
    const scene = await Scene.open();
    await scene.serve();
    scene.world.hooks.onInvoke((invocation) => {
      if (invocation.handler === handler) throw new Error('broken');
    });
    await scene.upload({ name: 'bad', modelErrorRate: 0.5 });
    const execution = await scene.started(({ input }) => input.includes('bad.onnx'));
    await scene.reaches(execution, 'Bake');
    if (handler !== 'restore-blue') await scene.stop(execution);
    await scene.world.runFor(60 * MINUTE);
    expect(heard(scene)).toContain(alarm);
  });

  it.each([
    ['topic', 'AWS::SNS::TopicPolicy', 'PolicyDocument', 'not authorized to perform: SNS:Publish'],
    ['key', 'AWS::KMS::Key', 'KeyPolicy', 'encryption key'],
  ])('would be lost without what the policy of the %s allows', async (_, type, policy, why) => {
    const template = changed(type, (properties) => {
      const { Statement } = properties[policy] as { readonly Statement: readonly Record<string, unknown>[] };
      return {
        ...properties,
        [policy]: { Statement: Statement.filter((one) => !JSON.stringify(one).includes('cloudwatch.amazonaws.com')) },
      };
    });
    const scene = await Scene.open({ template });
    await scene.serve();
    scene.turn('v1', { errorRate: 0.5 });
    await scene.world.runFor(30 * MINUTE);
    expect(heard(scene)).toEqual([]);
    const rung = scene.world.alarms.history.find(({ to }) => to === 'ALARM');
    expect(rung?.actions[0]?.refused).toContain(why);
  });
});

describe("an endpoint's alarms", () => {
  it.each<[string, Partial<FakeModel>]>([
    ['throws', { errorRate: 0.2 }],
    ['answers with failures of the model', { modelErrorRate: 0.2 }],
    ['answers with numbers that are none', { nonFinite: 0.2 }],
    ['cannot load its model', { load: 'ModelUnloadable' }],
  ])('say that the live version %s, and when it is over', async (_, turned) => {
    const scene = await Scene.open();
    await scene.serve();
    scene.turn('v1', turned);
    await scene.world.runFor(25 * MINUTE);
    expect(heard(scene)).toEqual(['EndpointFails']);
    scene.turn('v1', {});
    await scene.world.runFor(30 * MINUTE);
    expect(heard(scene, 'OK').filter((alarm) => alarm === 'EndpointFails')).toHaveLength(2);
  });

  it('say so too where most requests are health checks, or are refused', async () => {
    const scene = await Scene.open();
    await scene.serve();
    // A fifth of what the model is asked, and a fiftieth of all requests.
    scene.turn('v1', { refused: 0.9, modelErrorRate: 0.2 });
    await scene.world.runFor(25 * MINUTE);
    expect(heard(scene)).toEqual(['EndpointFails']);
  });

  it('say that callers are turned away', async () => {
    const scene = await Scene.open();
    await scene.serve();
    scene.world.services.lambda.setThrottleRate(scene.functionName, 0.3);
    await scene.world.runFor(25 * MINUTE);
    expect(heard(scene)).toEqual(['EndpointFails']);
  });

  it('do not go to ALARM for a few failures, nor where there are hardly any callers', async () => {
    const scene = await Scene.open();
    await scene.serve();
    scene.turn('v1', { modelErrorRate: 0.03 });
    await scene.world.runFor(60 * MINUTE);
    scene.turn('v1', { modelErrorRate: 1 });
    scene.requestsPerMinute = 0;
    await scene.world.runFor(60 * MINUTE);
    expect(heard(scene)).toEqual([]);
  });

  it('say that a version which is needed cannot be used any more: reconciler, metric, alarm, mail', async () => {
    const scene = await Scene.open();
    await scene.serve();
    const [live] = await scene.livePeriods();
    const { bucket, key, versionId } = live!.model!;
    const gone = new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
    await scene.world.run(scene.world.user.s3.send(gone));
    await scene.world.runFor(17 * MINUTE);
    expect(heard(scene)).toContain('ModelUnavailable');
    expect(scene.world.alarms.mails.map(({ message }) => message).join()).toContain(
      'See the runbook, ModelUnavailable',
    );
  });

  it('are not there when they are switched off', async () => {
    const template = templateOf({ name: 'digits', alarms: false });
    const alarms = Object.keys(template.Resources).filter((id) => template.Resources[id]?.Type.endsWith('::Alarm'));
    expect(alarms).toHaveLength(6);
  });
});

describe('a version of a model', () => {
  const object = async (scene: Scene) => ({
    Bucket: scene.app.bucket,
    Key: 'models/digits/v1.onnx',
    VersionId: await scene.upload({ name: 'v1' }),
  });

  it('is not deleted by a person who has every right, one by one or many at once', async () => {
    const scene = await Scene.open();
    const at = await object(scene);
    const { s3 } = scene.world.person({});
    const { Key, VersionId } = at;
    const many = { Bucket: at.Bucket, Delete: { Objects: [{ Key, VersionId }] } };
    await expect(scene.world.run(s3.send(new DeleteObjectCommand(at)))).rejects.toThrow('explicit deny');
    await expect(scene.world.run(s3.send(new DeleteObjectsCommand(many)))).rejects.toThrow('explicit deny');
    // Without a version id there is only a marker, and the model stays.
    await scene.world.run(s3.send(new DeleteObjectCommand({ Bucket: at.Bucket, Key })));
    expect(scene.world.services.s3.readBytes(at.Bucket, Key, VersionId).length).toBeGreaterThan(0);
  });

  it('keeps the class names that are read without a version id: not even a marker hides them', async () => {
    const scene = await Scene.open();
    const Key = `rollouts/digits/class-names/${'ab'.repeat(32)}.json`;
    await scene.world.run(scene.app.put(Key, '["cat","dog"]'));
    const at = { Bucket: scene.app.bucket, Key };
    const deletion = scene.world.person({}).s3.send(new DeleteObjectCommand(at));
    await expect(scene.world.run(deletion)).rejects.toThrow('explicit deny');
    const { s3 } = scene.world.person({ [MAY_DELETE_TAG.key]: MAY_DELETE_TAG.value });
    await scene.world.run(s3.send(new DeleteObjectCommand(at)));
  });

  it('is deleted by one who carries the tag, or from another prefix', async () => {
    const scene = await Scene.open();
    const at = await object(scene);
    const { s3 } = scene.world.person({ [MAY_DELETE_TAG.key]: MAY_DELETE_TAG.value });
    await scene.world.run(s3.send(new DeleteObjectCommand(at)));
    expect(() => scene.world.services.s3.readBytes(at.Bucket, at.Key, at.VersionId)).toThrow();
    const other = await scene.world.run(scene.app.put('captured/digits/a.json', 'x'));
    const captured = { Bucket: at.Bucket, Key: 'captured/digits/a.json', VersionId: other };
    await scene.world.run(scene.world.person({}).s3.send(new DeleteObjectCommand(captured)));
  });

  it('stays when it is a golden set, too', async () => {
    const scene = await Scene.open({
      template: templateOf({ name: 'digits', goldenSet: { key: 'golden/digits.json' } }),
    });
    const VersionId = await scene.world.run(scene.app.put('golden/digits.json', '{}'));
    const at = { Bucket: scene.app.bucket, Key: 'golden/digits.json', VersionId };
    const deletion = scene.world.person({}).s3.send(new DeleteObjectCommand(at));
    await expect(scene.world.run(deletion)).rejects.toThrow('explicit deny');
  });
});
