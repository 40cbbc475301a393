import { dynamodbLiveModels } from '../../lambdas/adapters/dynamodb/live-models';
import { LIVE_ALIAS } from '../../lambdas/contract/names';
import { MINUTE, Scene } from './harness';
import type { FakeModel } from '../../simulator/fake-model';

const BAD: readonly [string, Partial<FakeModel>, string, RegExp][] = [
  ['errors of the model server', { modelErrorRate: 0.1 }, 'errors', /failed|errors/],
  ['errors that it throws', { errorRate: 0.1 }, 'errors', /failed|errors/],
  ['outputs that are not finite', { nonFinite: 0.1 }, 'errors', /failed|errors/],
  ['slowness', { latencyMs: 40 }, 'latency', /ms/],
  ['another mix of predictions', { classes: [0.2, 0.3, 0.5] }, 'predictions', /class/],
];
it.each(BAD)('stops a green for %s: blue alone, and a cause to read', async (_, faults, gate, words) => {
  const scene = await Scene.open();
  await scene.serve();
  const { execution, record } = await scene.rollout({ name: 'v2', ...faults });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'CanaryRegressed' });
  expect(execution.cause).toMatch(words);
  expect(execution.cause).toMatch(/\d/);
  expect(record).toMatchObject({
    outcome: 'aborted',
    error: 'CanaryRegressed',
    decidedBy: 'judge',
    liveVersionAfter: '2',
  });
  expect(record?.cause).toBe(execution.cause);
  expect(record?.state?.judgement).toMatchObject({ verdict: 'fail', gate });
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v1');
  // Stopped as soon as it shows, not at the end of the bake.
  expect(execution.stoppedAt! - execution.startedAt).toBeLessThan(8 * MINUTE);
});

it('has blue alone in service within 65 s after the first bad minute has settled', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'JudgeCanary', 4);
  // The next whole minute is the first bad one.
  await scene.world.runFor(MINUTE - (scene.now % MINUTE));
  const badMinute = scene.now;
  scene.turn('v2', { errorRate: 0.5 });
  const writes = () =>
    scene.world.hooks.calls.filter(({ command, input }) => command === 'UpdateAlias' && input['Name'] === LIVE_ALIAS);
  const before = writes().length;
  await scene.world.runUntil(() => writes().length > before);
  const settled = badMinute + 3 * MINUTE;
  expect(writes().at(-1)!.at - settled).toBeGreaterThan(0);
  expect(writes().at(-1)!.at - settled).toBeLessThanOrEqual(65_000);
  expect((await scene.end(execution)).execution.error).toBe('CanaryRegressed');
  expect(await scene.atRest()).toBe('v1');
});

/** A bad green's canary; what a person does right before blue is put back; the calls from the last look on. */
async function regressed(beforeRestore: (scene: Scene) => Promise<unknown>) {
  const scene = await Scene.open();
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2', errorRate: 0.5 });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'Bake');
  scene.unschedule('Reconcile');
  const release = scene.world.hooks.onInvoke(async ({ handler }) => {
    if (handler !== 'restore-blue') return;
    release();
    await beforeRestore(scene);
  });
  const { record } = await scene.end(execution);
  const [last] = record!.state!.timeline.filter(({ state }) => state === 'JudgeCanary').slice(-1);
  const calls = scene.world.hooks.calls.filter(
    ({ service, command, caller, at }) =>
      service === 'lambda' &&
      !['Invoke', 'GetFunction'].includes(command) &&
      caller.kind === 'function' &&
      at >= Date.parse(last!.at),
  );
  return { scene, record, calls: calls.map(({ command, input }) => `${command} ${String(input['Name'])}`) };
}

const write = (scene: Scene, version: string, weights: Readonly<Record<string, number>>): Promise<unknown> =>
  scene.world.services.lambda.call(
    'UpdateAlias',
    {
      ...{ FunctionName: scene.functionName, Name: LIVE_ALIAS, FunctionVersion: version },
      RoutingConfig: { AdditionalVersionWeights: weights },
    },
    { kind: 'user' },
  );

it('puts blue back with one call of the control plane, the first after the judge is sure', async () => {
  const { record, calls } = await regressed(async () => undefined);
  expect(calls).toEqual([`UpdateAlias ${LIVE_ALIAS}`, 'GetAlias preview', 'UpdateAlias preview']);
  expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed', liveVersionAfter: '2' });
});

it.each([
  ['takes the weight away that a person gave green', '2', { 3: 0.5 }, '2', 'aborted'],
  ['leaves a green that a person has put there alone', '3', {}, '3', 'not-restored'],
] as const)('%s while the judge failed it', async (_, version, weights, live, outcome) => {
  const { scene, record } = await regressed((one) => write(one, version, weights));
  expect(record).toMatchObject({ outcome, error: 'CanaryRegressed', liveVersionAfter: live });
  expect(await scene.alias()).toEqual({ version: live, weights: {} });
  const takenBack = await scene.world.run(dynamodbLiveModels(scene.context).listTakenBack('digits'));
  expect(takenBack.map((one) => one.version)).toEqual(live === '2' ? ['3'] : []);
});

it('reverts a model that turns bad after its promotion', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const versionId = await scene.upload({ name: 'v2' }, { strategy: 'Canary10Percent5Minutes' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'Watch');
  expect(await scene.answeredBy()).toBe('v2');
  scene.turn('v2', { modelErrorRate: 0.2 });
  const { record } = await scene.end(execution);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'LiveRegressed' });
  expect(record).toMatchObject({
    outcome: 'reverted',
    error: 'LiveRegressed',
    decidedBy: 'judge',
    liveVersionAfter: '2',
  });
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v1');
  // Blue's earlier life is history; its new one goes on.
  expect((await scene.livePeriods()).map(({ version, until }) => [version, until === undefined])).toEqual([
    ['2', true],
    ['3', false],
    ['2', false],
  ]);
});

it('reverts all at once too, when green turns out bad in full service', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const { execution, record } = await scene.rollout({ name: 'v2', errorRate: 0.2 }, { strategy: 'AllAtOnce' });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'LiveRegressed' });
  expect(record).toMatchObject({ outcome: 'reverted', liveVersionAfter: '2' });
  expect(await scene.atRest()).toBe('v1');
});

it('rejects a first model that is ready and answers nothing', async () => {
  const scene = await Scene.open();
  const { execution, record } = await scene.rollout({ name: 'v1', failsAll: true });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'ModelRejected' });
  expect(execution.cause).toMatch(
    /^0 of 9 warm-up requests answered: it answered 500: the model cannot run.*goldenSet\.key/,
  );
  expect(record).toMatchObject({ outcome: 'rejected', error: 'ModelRejected' });
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect((await scene.rollout({ name: 'v2' })).record).toMatchObject({ outcome: 'promoted-first' });
  expect(await scene.atRest()).toBe('v2');
});

it.each(['Canary10Percent5Minutes', 'AllAtOnce'] as const)(
  'rejects a green that answers nothing before %s',
  async (strategy) => {
    const scene = await Scene.open();
    await scene.serve();
    await scene.change({ strategy: strategy });
    const { execution } = await scene.rollout({ name: 'v2', failsAll: true });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'ModelRejected' });
    expect(execution.cause).toMatch(/^0 of 9 warm-up requests answered/);
    expect((await scene.alias()).weights).toEqual({});
    expect(await scene.atRest()).toBe('v1');
  },
);
