import { ENV, HANDLER_METADATA } from '../../lambdas/contract/names';
import { status } from '../../lambdas/operations/status';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { bytesOf } from '../../simulator/fake-model';
import type { Execution } from '../../simulator/states/execution';
import type { Template } from '../../simulator/template';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';

/** How many rollouts run at once, and in which order. */

const NAMES = [ENDPOINT, 'm1', 'm2', 'm3'];

function templateWith(atOnce: number): Template {
  const { Resources, ...rest } = templateOf(...NAMES.map((name) => ({ name, strategy: 'AllAtOnce' as const })));
  const changed = Object.entries(Resources).map(([id, one]) => {
    const { Properties = {}, Metadata } = one;
    if (Metadata?.[HANDLER_METADATA] !== 'validate-model') return [id, one];
    const { Variables } = Properties['Environment'] as { readonly Variables: object };
    const Environment = { Variables: { ...Variables, [ENV.atOnce]: String(atOnce) } };
    return [id, { ...one, Properties: { ...Properties, Environment } }];
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
  const scene = await Scene.open({ template: templateWith(2) });
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
  const why = '2 rollouts of 2 run, and 1 came before it';
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
  const scene = await Scene.open({ template: templateWith(1) });
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

it('a rollback that may stop no execution ends one that waits for its turn', async () => {
  const scene = await Scene.open({ template: templateWith(1) });
  await firstModels(scene);
  await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  await scene.world.run(scene.app.upload('m1', 'v2.onnx', bytesOf({ name: 'v2' })));
  await scene.world.runFor(30_000);
  await scene.upload({ name: 'v3' });
  await scene.world.runFor(2 * MINUTE);
  const [waits] = running(scene, ({ name }) => name.startsWith(`${ENDPOINT}-`));
  expect(begun(scene)).not.toContain(waits);
  scene.world.hooks.onBefore(({ command }) => {
    if (command === 'StopExecution')
      throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
  });
  const rollback = await scene.end(
    await scene.start({ endpoint: ENDPOINT, action: 'rollback', strategy: 'AllAtOnce' }),
  );
  expect(rollback.record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  expect(rollback.execution.stoppedAt! - rollback.execution.startedAt).toBeLessThan(3 * MINUTE);
  expect(waits).toMatchObject({ status: 'FAILED', error: 'StoppedByRollback' });
  expect(await scene.record(waits!.name)).toMatchObject({ status: 'ended', liveVersionAfter: '3' });
});

it('says what it waits for though its first try was lost between the line and the record', async () => {
  const scene = await Scene.open({ template: templateWith(1) });
  await firstModels(scene);
  await scene.world.run(scene.app.upload(ENDPOINT, 'v2.onnx', bytesOf({ name: 'v2' }), { strategy: 'AllAtOnce' }));
  await scene.world.runFor(30_000);
  let lost = 0;
  scene.world.hooks.onAfter(({ command, input }) => {
    if (lost > 0 || command !== 'Put' || !JSON.stringify(input).includes('LINE#')) return;
    lost += 1;
    throw Object.assign(new Error('the function died'), { name: 'Lambda.Unknown' });
  });
  await scene.world.run(scene.app.upload('m1', 'v2.onnx', bytesOf({ name: 'v2' })));
  await scene.world.runFor(2 * MINUTE);
  const [waits] = running(scene, ({ name }) => name.startsWith('m1-'));
  expect([lost, begun(scene).includes(waits!)]).toEqual([1, false]);
  const view = await scene.world.run(status(portsOfPerson(scene.app, scene.logicalId('teardown-idle')), 'm1'));
  expect(view.rollout?.doing).toBe('waits for its turn: 1 rollout of 1 run, and 0 came before it');
  await scene.world.runFor(2 * MINUTE);
  const notes = (await scene.record(waits!.name, 'm1'))?.state?.timeline.map(({ note }) => note);
  expect(notes).toEqual(['waits for its turn: 1 rollout of 1 run, and 0 came before it']);
});
