import { HANDLER_METADATA } from '../../lambdas/contract/names';
import { dynamodbTurns } from '../../lambdas/adapters/dynamodb/turns';
import type { RolloutLimits } from '../../lambdas/domain/waves';
import { status } from '../../lambdas/operations/status';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { bytesOf } from '../../simulator/fake-model';
import type { Execution } from '../../simulator/states/execution';
import type { Template } from '../../simulator/template';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';

/** How many rollouts run at once, in which order, and in which waves those of a deploy do. */

const NAMES = [ENDPOINT, 'm1', 'm2', 'm3'];

/** The function's code changes with `code`, as in a deploy of a new model server. */
function templateWith(limits: RolloutLimits, code = 'first'): Template {
  const { Resources, ...rest } = templateOf(...NAMES.map((name) => ({ name, strategy: 'AllAtOnce' as const })));
  const changed = Object.entries(Resources).map(([id, one]) => {
    const { Properties = {}, Metadata, Type } = one;
    if (Metadata?.[HANDLER_METADATA] === 'validate-model') {
      const { Variables } = Properties['Environment'] as { readonly Variables: object };
      const GREENLIGHT_ROLLOUTS = JSON.stringify(limits);
      return [
        id,
        { ...one, Properties: { ...Properties, Environment: { Variables: { ...Variables, GREENLIGHT_ROLLOUTS } } } },
      ];
    }
    if (Type === 'Custom::GreenlightLiveAlias')
      return [id, { ...one, Properties: { ...Properties, CodeFingerprint: code } }];
    if (Metadata?.[HANDLER_METADATA] === 'model-server')
      return [id, { ...one, Properties: { ...Properties, Code: { S3Bucket: 'assets', S3Key: code } } }];
    return [id, one];
  });
  return { ...rest, Resources: Object.fromEntries(changed) as Template['Resources'] };
}

const running = (scene: Scene, which: (execution: Execution) => boolean = () => true) =>
  scene.world.executions.filter((one) => one.status === 'RUNNING' && which(one));
/** Past the first step: they have their turn. */
const begun = (scene: Scene) =>
  scene.world.executions.filter(({ arn }) => scene.world.timeline(arn).some(({ state }) => state === 'DeployGreen'));
const begunAndRunning = (scene: Scene) => begun(scene).filter(({ status: now }) => now === 'RUNNING');

async function firstModels(scene: Scene): Promise<void> {
  for (const name of NAMES) await scene.world.run(scene.app.upload(name, 'v1.onnx', bytesOf({ name: 'v1' })));
  await scene.world.runFor(20 * MINUTE);
  expect(running(scene)).toHaveLength(0);
  for (const name of NAMES) await scene.change({ uploadsMayChoose: 'anything', strategy: 'AllAtOnce' }, name);
}

it('lets so many rollouts run at once, the others in the order in which they came, and says what they wait for', async () => {
  const scene = await Scene.open({ template: templateWith({ atOnce: 2, waves: [1] }) });
  await firstModels(scene);
  const before = scene.world.executions.length;
  for (const name of NAMES) {
    await scene.world.run(scene.app.upload(name, 'v2.onnx', bytesOf({ name: 'v2' }), { strategy: 'AllAtOnce' }));
    await scene.world.runFor(2_000);
  }
  await scene.world.runFor(30_000);
  const rollouts = scene.world.executions.slice(before);
  expect(rollouts).toHaveLength(4);
  expect(rollouts.filter((one) => begun(scene).includes(one))).toHaveLength(2);
  const last = rollouts[3]!;
  const view = await scene.world.run(status(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), 'm3'));
  const why = '2 rollouts of 2 run, and 1 wait before it';
  expect(view.rollout?.doing).toBe(`waits for its turn: ${why}`);
  expect((await scene.record(last.name, 'm3'))?.state?.timeline.at(-1)?.note).toBe(`waits for its turn: ${why}`);
  let most = 0;
  scene.world.hooks.onBefore(() => void (most = Math.max(most, begunAndRunning(scene).length)));
  await scene.world.runFor(90 * MINUTE);
  expect(most).toBe(2);
  const order = begun(scene).filter((one) => rollouts.includes(one));
  expect(rollouts.map(({ status: ended }) => ended)).toEqual(rollouts.map(() => 'SUCCEEDED'));
  expect(order).toHaveLength(4);
});

it('a rollback waits for no turn, and a rollout that was stopped in the line holds up no other', async () => {
  const scene = await Scene.open({ template: templateWith({ atOnce: 1, waves: [1] }) });
  await firstModels(scene);
  await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  await scene.world.run(scene.app.upload('m1', 'v2.onnx', bytesOf({ name: 'v2' })));
  await scene.world.runFor(30_000);
  await scene.world.run(scene.app.upload('m2', 'v2.onnx', bytesOf({ name: 'v2' })));
  await scene.world.runFor(30_000);
  await scene.world.run(scene.app.upload('m3', 'v2.onnx', bytesOf({ name: 'v2' })));
  await scene.world.runFor(30_000);
  const [waits] = running(scene, ({ name }) => name.startsWith('m2-'));
  await scene.stop(waits!);
  const rollback = await scene.end(
    await scene.start({ endpoint: ENDPOINT, action: 'rollback', strategy: 'AllAtOnce', reason: 'now' }),
    30 * MINUTE,
  );
  expect(rollback.record).toMatchObject({ outcome: 'promoted' });
  const [third] = scene.world.executions.filter(({ name }) => name.startsWith('m3-')).slice(-1);
  expect(begun(scene)).not.toContain(third);
  await scene.world.runUntil(() => begun(scene).includes(third!), { limitMs: 3 * 60 * MINUTE });
  expect(begunAndRunning(scene).filter((one) => one !== rollback.execution)).toEqual([third]);
});

it('a deploy goes out in waves, which the first bad end stops, and a person resumes', async () => {
  const limits = { atOnce: 20, waves: [1, 2] };
  const scene = await Scene.open({ template: templateWith(limits) });
  await firstModels(scene);
  scene.comeUsers();
  const before = scene.world.executions.length;
  await scene.world.deploy(templateWith(limits, 'second'));
  await scene.world.runFor(30_000);
  const ofDeploy = () => scene.world.executions.slice(before);
  expect(ofDeploy()).toHaveLength(4);
  const begunOf = () => begun(scene).filter((one) => ofDeploy().includes(one));
  expect(begunOf().length).toBe(1);
  await scene.stop(begunOf()[0]!);
  await scene.world.runFor(20 * MINUTE);
  expect(begunOf()).toHaveLength(1);
  const [bad] = begunOf();
  const waiting = running(scene, (one) => ofDeploy().includes(one));
  expect(waiting).toHaveLength(3);
  const [endpoint] = NAMES.filter((name) => waiting[0]!.name.startsWith(`${name}-`));
  expect((await scene.record(waiting[0]!.name, endpoint))?.state?.waitsFor).toContain(bad!.name);
  expect(await scene.world.run(dynamodbTurns(scene.context).resumeWaves())).toBe(bad!.name);
  await scene.world.runFor(2 * MINUTE);
  expect(begunOf()).toHaveLength(3);
  await scene.world.runFor(60 * MINUTE);
  expect(begunOf()).toHaveLength(4);
});
