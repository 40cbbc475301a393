import { GetAliasCommand } from '@aws-sdk/client-lambda';
import { statusOfAll } from '../../lambdas/operations/status';
import type { Call } from '../../simulator/hooks';
import { portsOfPerson } from '../../simulator/app/save-recording';
import { MINUTE, Scene, templateOf } from './harness';

/** What a thousand endpoints at rest take of what their rollouts share, seen on a few. */

async function callsDuring(scene: Scene, act: () => Promise<unknown>): Promise<readonly Call[]> {
  const calls: Call[] = [];
  const forget = scene.world.hooks.onBefore((call) => void calls.push(call));
  await act();
  forget();
  return calls;
}

const named = (calls: readonly Call[], name: string) => calls.filter(({ command }) => command === name);
const recordsIn = (calls: readonly Call[]) =>
  named(calls, 'Get').filter(({ input }) => JSON.stringify(input['Key']).includes('RECORD#'));

describe('an endpoint at rest', () => {
  it('costs one read of its alias in a pass of the reconciler, and no record of its rollouts', async () => {
    const scene = await Scene.open();
    await scene.serve({ name: 'v1' }, 5);
    scene.leaveUsers();
    for (const name of ['v2', 'v3', 'v4']) await scene.rollout({ name }, { strategy: 'AllAtOnce' });
    scene.unschedule('TeardownIdle');
    await scene.world.runFor(3 * 60 * MINUTE);
    const calls = await callsDuring(scene, () => scene.world.runFor(65 * MINUTE));
    const passes = named(calls, 'ListExecutions').length / 3;
    expect(passes).toBe(13);
    // And the preview's in one of thirteen.
    expect(named(calls, 'GetAlias')).toHaveLength(passes + 1);
    expect(recordsIn(calls)).toEqual([]);
  });

  it('is told of, beside others, without a call to Lambda or CloudWatch, and without its records', async () => {
    const scene = await Scene.open({ template: templateOf({ name: 'digits' }, { name: 'letters' }) });
    await scene.rollout({ name: 'v1' });
    const ports = portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
    const views: Awaited<ReturnType<typeof statusOfAll>>[number][] = [];
    const calls = await callsDuring(scene, async () => {
      views.push(...(await scene.world.run(statusOfAll(ports))));
    });
    expect(views.find(({ endpoint }) => endpoint === 'digits')).toMatchObject({
      state: 'at rest',
      live: { version: '2' },
      last: { outcome: 'promoted-first', action: 'rollout', greenVersion: '2', liveVersionAfter: '2' },
    });
    // An endpoint without a model has nothing in the table.
    expect(named(calls, 'GetAlias')).toHaveLength(1);
    expect(calls.filter(({ service }) => service === 'cloudwatch')).toEqual([]);
    expect(recordsIn(calls)).toEqual([]);
  });

  it("takes little of the account's calls: with AWS's quotas on, a pass over twelve is turned away nothing", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `m${index}`);
    const scene = await Scene.open({ template: templateOf(...['digits', ...names].map((name) => ({ name }))) });
    scene.world.quotas.on = true;
    await scene.world.runFor(65 * MINUTE);
    expect([...scene.world.quotas.refused]).toEqual([]);
    const { lambda } = scene.world.user;
    const command = new GetAliasCommand({ FunctionName: scene.functionName, Name: 'live' });
    const asked = Array.from({ length: 200 }, () => lambda.send(command).catch((error: Error) => error.name));
    const answers = await scene.world.run(Promise.all(asked));
    // 200 at once: 15 at once, 15 a second for as long as the SDK tries, and the rest is turned away.
    expect(answers.filter((one) => one === 'TooManyRequestsException').length).toBeGreaterThan(100);
    expect(answers.filter((one) => typeof one !== 'string').length).toBeGreaterThan(20);
  });
});

it('asks nothing of the endpoints beside it where a rollout of one is stopped', async () => {
  const names = Array.from({ length: 5 }, (_, index) => `a${index}`);
  const scene = await Scene.open({ template: templateOf(...['digits', ...names].map((name) => ({ name }))) });
  await scene.serve();
  scene.unschedule('Reconcile', 'TeardownIdle');
  await scene.upload({ name: 'v2' });
  const execution = await scene.started(({ input }) => input.includes('v2.onnx'));
  await scene.reaches(execution, 'Bake');
  const calls = await callsDuring(scene, async () => {
    await scene.stop(execution);
    await scene.end(execution);
  });
  expect((await scene.record(execution.name))?.outcome).toBe('aborted');
  const net = scene.logicalId('safety-net');
  const own = calls.filter(({ caller }) => caller.kind === 'function' && caller.logicalId === net);
  const asked = named(own, 'GetAlias').map(({ input }) => input['FunctionName']);
  expect(new Set(asked)).toEqual(new Set([scene.functionName]));
  expect(own.filter(({ input }) => names.some((name) => JSON.stringify(input).includes(`ENDPOINT#${name}"`)))).toEqual(
    [],
  );
});

it('asks no alias of the endpoints beside it where a rollout is refused before it has a record', async () => {
  const names = Array.from({ length: 5 }, (_, index) => `a${index}`);
  const scene = await Scene.open({ template: templateOf(...['digits', ...names].map((name) => ({ name }))) });
  await scene.serve();
  scene.unschedule('Reconcile', 'TeardownIdle');
  await scene.upload({ name: 'v2' });
  await scene.reaches(await scene.started(({ input }) => input.includes('v2.onnx')), 'Bake');
  const calls = await callsDuring(scene, async () => {
    const refused = await scene.start({ endpoint: 'digits', action: 'rollout' }, 'digits-0123456789ab-1');
    await scene.end(refused);
    expect(refused).toMatchObject({ status: 'FAILED', error: 'RolloutBusy' });
    await scene.world.runFor(MINUTE);
  });
  const asked = named(calls, 'GetAlias').map(({ input }) => input['FunctionName']);
  expect(new Set(asked)).toEqual(new Set([scene.functionName]));
});
