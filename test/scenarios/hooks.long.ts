import { type HookEvent, hookEventSchema, type HookName } from '../../lambdas/contract/hooks';
import { approve } from '../../lambdas/operations/answer';
import { status } from '../../lambdas/operations/status';
import { portsOfPerson } from '../../simulator/app/save-recording';
import type { FunctionRuntime } from '../../simulator/runtime/function-runtime';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const FUNCTION = 'check-green';
const ALL = {
  beforeTraffic: { function: FUNCTION },
  beforePromotion: { function: FUNCTION },
  afterPromotion: { function: FUNCTION },
};
const template = templateOf({ name: ENDPOINT, hooks: ALL });
type Hooks = NonNullable<NonNullable<Parameters<Scene['change']>[0]>['hooks']>;
const PASS = { verdict: 'pass', reason: 'all 40 smoke tests pass' };
const ADA = { by: 'Ada', reason: 'looked myself' };

type Says = (event: HookEvent, scene: Scene) => unknown;

/** A user's function, by what it says to each hook: a value, an error that it throws, or a time that it takes. */
function functionOf(said: { events: HookEvent[] }, scene: () => Scene, says: Partial<Record<HookName, Says>>) {
  const runtime: FunctionRuntime = {
    inWorldTime: true,
    invoke: (_, events) =>
      Promise.all(
        events.map(async (given) => {
          const event = hookEventSchema.parse(given);
          said.events.push(event);
          try {
            const payload = await (says[event.hook] ?? (() => PASS))(event, scene());
            return { ok: true as const, payload, logs: [], durationMs: 10 };
          } catch (error) {
            const { name, message } = error as Error;
            return { ok: false as const, errorType: name, errorMessage: message, logs: [], durationMs: 10 };
          }
        }),
      ),
    stop: async () => undefined,
  };
  return runtime;
}

async function open(
  says: Partial<Record<HookName, Says>>,
  settings: Parameters<Scene['change']>[0] = {},
  hooks: Hooks = ALL,
): Promise<readonly [Scene, HookEvent[]]> {
  const scene = await Scene.open({ template, settings: { hooks: {} } });
  await scene.serve();
  const said = { events: [] as HookEvent[] };
  scene.world.services.lambda.createFunction({
    ...{ functionName: FUNCTION, logicalId: 'CheckGreen', timeoutSeconds: 900 },
    runtime: functionOf(said, () => scene, says),
  });
  await scene.change({ hooks, ...settings });
  return [scene, said.events];
}

const only = (hook: HookName, more: object = {}) => ({ [hook]: { function: FUNCTION, ...more } });
const hooksSaid = (record: Awaited<ReturnType<Scene['record']>>) =>
  record?.state?.hooks?.map(({ hook, verdict }) => `${hook} ${verdict}`);

it('are asked before traffic, before promotion and after it, with the versions that they are about', async () => {
  const [scene, events] = await open({
    beforeTraffic: async (_, { world }) => {
      await world.clock.sleep(90_000);
      return { ...PASS, numbers: [{ name: 'failing tests', value: 0, limit: 0 }] };
    },
  });
  const { execution, record } = await scene.rollout({ name: 'v2' }, SHORT);
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  expect(hooksSaid(record)).toEqual(['beforeTraffic pass', 'beforePromotion pass', 'afterPromotion pass']);
  expect(record?.state?.hooks?.[0]).toMatchObject({ seconds: 90, numbers: [{ name: 'failing tests', value: 0 }] });
  const arn = `arn:aws:lambda:eu-west-1:123456789012:function:${scene.functionName}`;
  expect(events.map(({ hook, traffic }) => [hook, traffic.weight])).toEqual([
    ['beforeTraffic', 0],
    ['beforePromotion', 10],
    ['afterPromotion', 100],
  ]);
  expect(events[0]).toMatchObject({
    id: `${execution.name}/beforeTraffic`,
    endpoint: ENDPOINT,
    rollout: { id: execution.name, executionArn: execution.arn, dryRun: false },
    blue: { version: '2', functionArn: `${arn}:2` },
    green: { version: '3', functionArn: `${arn}:3` },
    preview: { functionArn: `${arn}:preview` },
    live: { functionArn: `${arn}:live` },
  });
  expect(events[0]?.preview.url).toMatch(/^https:/);
  const { at = '', answerBefore = '' } = events[0] ?? {};
  expect(Date.parse(answerBefore) - Date.parse(at)).toBe(300_000);
  expect(events[1]?.judgement?.verdict).toBe('pass');
  const report = await scene.world.run(scene.app.readText(`rollouts/digits/${execution.name}/report.html`));
  expect(report).toContain('all 40 smoke tests pass');
  expect(report).toContain('failing tests');
  expect(await scene.atRest()).toBe('v2');
});

it('stop a green that they fail before any user meets it, by their reason and numbers', async () => {
  const numbers = [{ name: 'failing tests', value: 3, limit: 0 }];
  const [scene] = await open({ beforeTraffic: () => ({ verdict: 'fail', reason: 'refunds are refused', numbers }) });
  const { execution, record } = await scene.rollout({ name: 'v2' }, SHORT);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'HookFailed' });
  expect(execution.cause).toBe(
    'hook beforeTraffic (check-green): fail after 0 s: refunds are refused; failing tests 3 (limit 0)',
  );
  expect(record).toMatchObject({ outcome: 'rejected', decidedBy: 'hook beforeTraffic' });
  expect(record?.state?.weights).toEqual([]);
  expect(await scene.atRest()).toBe('v1');
});

it('stop a green whose canary has passed', async () => {
  const [scene] = await open({ beforePromotion: () => ({ verdict: 'fail', reason: 'fewer orders' }) });
  const { record } = await scene.rollout({ name: 'v2' }, SHORT);
  expect(record).toMatchObject({ outcome: 'aborted', error: 'HookFailed', decidedBy: 'hook beforePromotion' });
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([10]);
  expect(scene.notices('was stopped by a hook in the canary')).toHaveLength(1);
  expect(await scene.atRest()).toBe('v1');
});

it('put blue back after promotion', async () => {
  const [scene] = await open({ afterPromotion: () => ({ verdict: 'fail', reason: 'conversion fell' }) });
  const { execution, record } = await scene.rollout({ name: 'v2' }, SHORT);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'HookFailed' });
  expect(record).toMatchObject({ outcome: 'reverted', decidedBy: 'hook afterPromotion', liveVersionAfter: '2' });
  expect(scene.notices('was taken back after promotion by a hook')).toHaveLength(1);
  expect(await scene.atRest()).toBe('v1');
});

describe('no answer is no pass', () => {
  const threw: Says = () => {
    throw new TypeError('x is not a function');
  };
  const late: Says = async (_, { world }) => {
    await world.clock.sleep(10 * MINUTE);
    return PASS;
  };
  it.each<readonly [string, Says, RegExp]>([
    ['crashes', threw, /no answer after 0 s: it failed with TypeError: x is not a function/],
    ['takes too long', late, /no answer after 60 s: no answer came within 60 s \(timeoutSeconds\)/],
    ['answers nothing', () => undefined, /its answer is none: input: Invalid input: expected object/],
    ['answers as an API would', () => ({ statusCode: 200, body: '{}' }), /unknown key "statusCode", "body"/],
    ['answers another word', () => ({ verdict: 'ok', reason: 'fine' }), /verdict: .*; got "ok"/],
    ['gives no reason', () => ({ verdict: 'pass' }), /reason: .*expected string.*; got nothing/],
    [
      'gives a number that is none',
      () => ({ ...PASS, numbers: [{ name: 'p99', value: 'high' }] }),
      /numbers\.0\.value: .*expected number.*; got "high"/,
    ],
  ])('where the function %s', async (_, says, cause) => {
    const [scene] = await open({ beforeTraffic: says }, {}, only('beforeTraffic', { timeoutSeconds: 60 }));
    const { record } = await scene.rollout({ name: 'v2' }, SHORT);
    expect(record).toMatchObject({ outcome: 'rejected', error: 'HookError' });
    expect(record?.cause).toMatch(cause);
    expect(hooksSaid(record)).toEqual(['beforeTraffic no answer']);
    expect(await scene.atRest()).toBe('v1');
  });

  it('where there is no such function', async () => {
    const [scene] = await open({}, {}, { beforeTraffic: { function: FUNCTION } });
    scene.world.hooks.onBefore(async ({ command, input }) => {
      if (command === 'Invoke' && input['FunctionName'] === FUNCTION)
        throw Object.assign(new Error('Function not found: check-green'), { name: 'ResourceNotFoundException' });
    });
    const { record } = await scene.rollout({ name: 'v2' }, SHORT);
    expect(record).toMatchObject({ outcome: 'rejected', error: 'HookError' });
    expect(record?.cause).toContain('it cannot be called: Function not found: check-green');
  });

  it('after promotion either: blue comes back', async () => {
    const [scene] = await open({ afterPromotion: threw });
    const { record } = await scene.rollout({ name: 'v2' }, SHORT);
    expect(record).toMatchObject({ outcome: 'reverted', error: 'HookError' });
    expect(await scene.atRest()).toBe('v1');
  });
});

it('are called again when AWS throttles the call, and say what they said', async () => {
  const [scene, events] = await open({}, {}, only('beforeTraffic'));
  let throttled = 0;
  scene.world.hooks.onBefore(async ({ command, input }) => {
    if (command !== 'Invoke' || input['FunctionName'] !== FUNCTION || throttled >= 3) return;
    throttled += 1;
    throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
  });
  const { record } = await scene.rollout({ name: 'v2' }, SHORT);
  expect([throttled, events.length]).toEqual([3, 1]);
  expect(record).toMatchObject({ outcome: 'promoted' });
});

describe('a hook that cannot tell', () => {
  const unsure: Says = () => ({ verdict: 'inconclusive', reason: 'too few orders' });

  it.each(['beforeTraffic', 'beforePromotion'] as const)('ends the rollout where no one is asked: %s', async (hook) => {
    const [scene] = await open({ [hook]: unsure });
    const { record } = await scene.rollout({ name: 'v2' }, SHORT);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'InsufficientEvidence', decidedBy: `hook ${hook}` });
    expect(record?.cause).toContain('inconclusive after 0 s: too few orders');
    expect(await scene.atRest()).toBe('v1');
  });

  it('puts blue back after promotion: no one is waited for while green serves', async () => {
    const approval = { mode: 'before-traffic' as const, timeoutMinutes: 5, defaultAnswer: 'approve' as const };
    const [scene] = await open({ afterPromotion: unsure }, { approval });
    const { record } = await scene.rollout({ name: 'v2' }, SHORT);
    expect(record).toMatchObject({ outcome: 'reverted', error: 'InsufficientEvidence' });
    expect(await scene.atRest()).toBe('v1');
  });

  it.each([
    ['beforeTraffic', [10, 100]],
    ['beforePromotion', [10, 100]],
  ] as const)('asks a person where the endpoint has an approval: %s', async (hook, weights) => {
    const approval = { mode: 'before-promote' as const, timeoutMinutes: 60 };
    const [scene] = await open({ [hook]: unsure }, { approval }, only(hook));
    const versionId = await scene.upload({ name: 'v2' }, SHORT);
    const execution = await scene.started(({ input }) => input.includes(versionId));
    const ports = portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
    await scene.reaches(execution, 'AwaitApproval');
    await scene.world.runFor(1_000);
    const view = await scene.world.run(status(ports));
    expect(view.rollout?.approval?.why).toBe('hook');
    expect(scene.notices(`Hook ${hook}: inconclusive: too few orders`)).toHaveLength(1);
    await scene.world.run(approve(ports, ENDPOINT, ADA));
    if (hook === 'beforeTraffic') {
      // Before promotion the endpoint wants a yes of its own.
      await scene.reaches(execution, 'AwaitApproval', 2);
      await scene.world.runFor(1_000);
      expect((await scene.world.run(status(ports))).rollout?.approval?.why).toBe('before-promote');
      await scene.world.run(approve(ports, ENDPOINT, ADA));
    }
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'person: Ada (looked myself)' });
    expect(record?.state?.weights.map(({ weight }) => weight)).toEqual(weights);
  });
});

describe('a rollout without a canary', () => {
  it('asks all hooks, the first two before it promotes', async () => {
    const [scene, events] = await open({});
    const { record } = await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
    expect(record).toMatchObject({ outcome: 'promoted' });
    expect(events.map(({ hook, traffic }) => [hook, traffic.weight])).toEqual([
      ['beforeTraffic', 0],
      ['beforePromotion', 0],
      ['afterPromotion', 100],
    ]);
  });

  it('is stopped by either', async () => {
    const [scene] = await open({ beforePromotion: () => ({ verdict: 'fail', reason: 'no' }) });
    const { record } = await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
    expect(record).toMatchObject({ outcome: 'rejected', error: 'HookFailed' });
    expect(await scene.atRest()).toBe('v1');
  });
});

it('are asked once in a dry run, before traffic, and say whether it would go on', async () => {
  const [scene, events] = await open({ beforeTraffic: () => ({ verdict: 'fail', reason: 'no' }) });
  const { record } = await scene.rollout({ name: 'v2' }, { dryrun: 'true' });
  expect(events.map(({ hook, rollout }) => [hook, rollout.dryRun])).toEqual([['beforeTraffic', true]]);
  expect(record).toMatchObject({ outcome: 'rejected', error: 'HookFailed' });
});

it('do not stand in the way out: a rollback asks none', async () => {
  const [scene, events] = await open({});
  await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  const before = events.length;
  const { record } = await scene.end(await scene.start({ endpoint: ENDPOINT, action: 'rollback' }));
  expect(record).toMatchObject({ outcome: 'promoted' });
  expect(events).toHaveLength(before);
  expect(await scene.atRest()).toBe('v1');
});

it('decide nothing of a rollout that was stopped while they worked', async () => {
  const [scene] = await open({
    beforeTraffic: async (_, { world }) => {
      await world.clock.sleep(2 * MINUTE);
      return PASS;
    },
  });
  const versionId = await scene.upload({ name: 'v2' }, SHORT);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'CallHookBeforeTraffic');
  await scene.world.runFor(MINUTE);
  await scene.stop(execution, 'by mistake');
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ status: 'ended', outcome: 'aborted' });
  await scene.world.runFor(5 * MINUTE);
  expect(await scene.record(execution.name)).toEqual(record);
  expect(await scene.atRest()).toBe('v1');
});
