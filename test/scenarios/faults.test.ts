import type { HandlerName } from '../../lib/handlers';
import type { Call } from '../../simulator/hooks';
import type { Execution } from '../../simulator/states/execution';
import { MINUTE, Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const throttling = () => Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });

async function open(): Promise<Scene> {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  return scene;
}
async function canary(scene: Scene, state = 'Bake', nth = 1): Promise<Execution> {
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state, nth);
  return execution;
}
/** Calls of one handler that match fail; the answer makes them work again. */
function fail(scene: Scene, handler: HandlerName, which: (call: Call) => boolean): () => void {
  const logicalId = scene.logicalId(handler);
  return scene.world.hooks.onBefore((call) => {
    if (call.caller.kind === 'function' && call.caller.logicalId === logicalId && which(call)) throw throttling();
  });
}

const ofOne = (keys: ReadonlySet<string>, logicalId: string): number =>
  [...keys].filter((key) => key.startsWith(logicalId)).length;

const MOVES: readonly [string, string, Record<string, number>][] = [
  ['puts blue alone', '2', {}],
  ['gives green another weight', '2', { 3: 0.5 }],
  ['promotes green by hand', '3', {}],
];
it.each(MOVES)(
  'ends as LiveAliasMoved when a person %s in the canary, whose change stays',
  async (_, version, weights) => {
    const scene = await open();
    const execution = await canary(scene, 'Bake', 2);
    await scene.moveAlias(version, weights);
    const { record } = await scene.end(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'LiveAliasMoved' });
    expect(execution.cause).toMatch(/was changed outside this rollout and now says version \d/);
    // A green that a person has put in service serves: that is no abort.
    const outcome = version === '3' ? 'not-restored' : 'aborted';
    expect(record).toMatchObject({ outcome, error: 'LiveAliasMoved', liveVersionAfter: version });
    expect((await scene.alias()).version).toBe(version);
    expect(await scene.lock()).toBeUndefined();
    expect(scene.notices(execution.name)).toHaveLength(1);
  },
);

it('retries the calls that AWS throttles, every one of them once', async () => {
  const scene = await open();
  // The workflow tries each state five times, and a handler dies of its first failed call.
  const failed = new Set<string>();
  const started = scene.world.executions.length;
  scene.world.hooks.onBefore(({ service, command, caller }) => {
    if (caller.kind !== 'function' || scene.world.executions.length === started) return;
    const key = `${caller.logicalId} ${service} ${command}`;
    if (failed.has(key) || ofOne(failed, caller.logicalId) >= 4) return;
    failed.add(key);
    throw throttling();
  });
  const { execution, record } = await scene.rollout({ name: 'v2' }, SHORT);
  expect(failed.size).toBeGreaterThan(25);
  expect(execution.status).toBe('SUCCEEDED');
  expect(record).toMatchObject({ outcome: 'promoted' });
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v2');
});

it('survives answers that get lost after the call took effect', async () => {
  const scene = await open();
  const lost = new Set<string>();
  const started = scene.world.executions.length;
  scene.world.hooks.onAfter(({ service, command, caller }) => {
    if (caller.kind !== 'function' || scene.world.executions.length === started || service === 'sns') return;
    const key = `${caller.logicalId} ${service} ${command}`;
    if (lost.has(key) || ofOne(lost, caller.logicalId) >= 4) return;
    lost.add(key);
    throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
  });
  const { execution } = await scene.rollout({ name: 'v2' }, SHORT);
  expect([execution.status, execution.error, execution.cause]).toEqual(['SUCCEEDED', undefined, undefined]);
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v2');
});

describe('without numbers', () => {
  it('never promotes: CloudWatch that answers nothing ends the rollout as MetricsUnavailable', async () => {
    const scene = await open();
    const execution = await canary(scene);
    fail(scene, 'judge-canary', ({ service }) => service === 'cloudwatch');
    const { record } = await scene.end(execution);
    expect(execution.status).toBe('FAILED');
    expect(execution.error).toBe('MetricsUnavailable');
    expect(execution.cause).toMatch(/no complete answer until 15 min after the bake/);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'MetricsUnavailable' });
    expect(await scene.atRest()).toBe('v1');
  });

  it('waits for CloudWatch to come back, and then promotes', async () => {
    const scene = await open();
    const execution = await canary(scene);
    const repair = fail(scene, 'judge-canary', ({ service }) => service === 'cloudwatch');
    await scene.world.runFor(10 * MINUTE);
    repair();
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(await scene.atRest()).toBe('v2');
  });

  it('waits for minutes whose metrics come late', async () => {
    const scene = await open();
    const execution = await canary(scene);
    scene.world.services.cloudwatch.delaySeconds = [300, 400];
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(record?.state?.judgement?.settledMinutes).toBeGreaterThanOrEqual(5);
    expect(await scene.atRest()).toBe('v2');
  });
});

it('keeps a promoted green when its bookkeeping fails for good, and the reconciler closes the record', async () => {
  const scene = await open();
  const repair = fail(scene, 'finish-rollout', ({ service }) => service === 's3');
  const { execution } = await scene.rollout({ name: 'v2' }, SHORT);
  expect(execution.status).toBe('SUCCEEDED');
  expect(await scene.answeredBy()).toBe('v2');
  repair();
  await scene.world.runFor(5 * MINUTE + 5_000);
  expect(await scene.record(execution.name)).toMatchObject({ status: 'ended', outcome: 'promoted' });
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v2');
});

it.each([
  ['a dry run', { dryRun: true, force: true }, 'dry-run-passed', '3', '2'],
  ['a rollback', { action: 'rollback' }, 'promoted', '2', '3'],
])('names what is live where %s could not be closed at once', async (_, input, outcome, live, moved) => {
  const scene = await open();
  await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  const repair = fail(scene, 'finish-rollout', ({ command }) => command === 'TransactWrite');
  const execution = await scene.start(input);
  await scene.reaches(execution, 'FinishRollout');
  expect((await scene.alias()).version).toBe(live);
  await scene.moveAlias(moved);
  repair();
  expect((await scene.end(execution)).record).toMatchObject({ outcome, liveVersionAfter: moved });
});

it('puts blue back by the reconciler when the workflow cannot, once AWS works again', async () => {
  const scene = await open();
  const execution = await canary(scene);
  scene.turn('v2', { errorRate: 0.3 });
  const repairs = (['restore-blue', 'safety-net', 'reconcile'] as const).map((handler) =>
    fail(scene, handler, ({ command }) => command === 'UpdateAlias'),
  );
  await scene.end(execution);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'RestoreFailed' });
  await scene.world.runFor(10 * MINUTE);
  expect((await scene.alias()).weights).toEqual({ 3: 0.1 });
  for (const repair of repairs) repair();
  await scene.world.runFor(5 * MINUTE + 5_000);
  expect(await scene.atRest()).toBe('v1');
  expect(await scene.record(execution.name)).toMatchObject({ status: 'ended', outcome: 'aborted' });
});

it('tells people although the first try to tell them fails', async () => {
  const scene = await open();
  let left = 1;
  scene.world.hooks.onBefore(({ service }) => {
    if (service === 'sns' && left-- > 0) throw throttling();
  });
  const { execution } = await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  expect(scene.notices(execution.name)).toHaveLength(1);
});

it.each(['whose key is taken away', 'that is deleted'])(
  'says by a name of its own that a version %s while it is tested cannot run',
  async (what) => {
    const scene = await open();
    let isReady = false;
    scene.world.hooks.onBefore(({ command, input, caller }) => {
      const isAsked = command === 'Invoke' && caller.kind === 'function' && input['Qualifier'] === '3';
      if (!isAsked) return;
      const asksReady = Buffer.from(input['Payload'] as Uint8Array).includes('/v2/health/ready');
      if (isReady && (what === 'that is deleted' || !asksReady))
        throw Object.assign(new Error('no longer'), {
          name: what === 'that is deleted' ? 'ResourceNotFoundException' : 'KMSAccessDeniedException',
        });
      isReady ||= asksReady;
    });
    const { execution, record } = await scene.rollout({ name: 'v2' }, SHORT);
    expect(record).toMatchObject({ outcome: 'rejected', error: 'GreenUnhealthy' });
    expect(execution.error).toBe('GreenUnhealthy');
    expect(record?.cause).toMatch(/version 3 (cannot be called: KMSAccessDeniedException|is not ready)/);
    expect(await scene.atRest()).toBe('v1');
  },
);

it('removes weights without an owner, and tells people', async () => {
  const scene = await open();
  await scene.end(await canary(scene));
  await scene.moveAlias('3', { 2: 0.2 });
  await scene.world.runFor(5 * MINUTE + 5_000);
  expect(scene.notices('leftover weights')).toHaveLength(1);
  expect(await scene.atRest()).toBe('v2');
});

it.each([
  ['the first model of an endpoint', []],
  ['a good model', ['v1']],
])('does not say that %s was promoted or taken back when the alias could not be written', async (_, before) => {
  const scene = await Scene.open();
  for (const name of before) await scene.rollout({ name });
  const { version } = await scene.alias();
  fail(scene, 'promote-green', ({ command }) => command === 'UpdateAlias');
  const { execution, record } = await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  expect(execution.status).toBe('FAILED');
  expect(record).toMatchObject({ outcome: 'aborted', liveVersionAfter: version });
  expect(await scene.alias()).toEqual({ version, weights: {} });
});
