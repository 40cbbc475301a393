import { approve } from '../../lambdas/operations/answer';
import { portsOfPerson } from '../../simulator/app/save-recording';
import type { FakeModel } from '../../simulator/fake-model';
import type { Execution } from '../../simulator/states/execution';
import { greenlight } from '../cli/cli-on-scene';
import { asking, yes } from './asking';
import { ENDPOINT, MINUTE, Scene, templateOf } from './harness';

const DIES = { crashes: 'Segmentation fault', errorRate: 1 };
const WAYS: readonly (readonly [string, Partial<FakeModel>])[] = [
  ['answers 503', { load: 'ModelUnloadable', errorRate: 1 }],
  ['crashes', DIES],
  ['answers 500 alone', { failsAll: true, errorRate: 1 }],
  ['times out', { crashes: 'Task timed out after 15.00 seconds', latencyMs: 15_000, errorRate: 1 }],
];

type Trouble = (scene: Scene) => unknown;

/** What both answered before. */
const refuses: Trouble = (scene) => {
  scene.turn('v2', DIES);
  scene.world.hooks.onAfter(({ command, input, caller }, answer) => {
    if (command !== 'Invoke' || caller.kind !== 'function' || input['Qualifier'] !== '4') return;
    Object.assign(answer as object, { Payload: Buffer.from('{"statusCode":403,"body":"{}"}') });
  });
};
const failsBeside: Trouble = (scene) => {
  scene.turn('v2', DIES);
  scene.turn('v3', { errorRate: 0.9 });
};

interface Rolling {
  readonly requestsPerMinute?: number;
  readonly settings?: Parameters<Scene['change']>[0];
  readonly vetoAlarms?: string[];
}

/** v1 is version 2, v2 is version 3 and blue, v3 is version 4 and has a tenth of the users. */
async function canary({ requestsPerMinute = 600, settings, vetoAlarms = [] }: Rolling = {}) {
  const scene = await Scene.open({ template: templateOf({ name: ENDPOINT, vetoAlarms }) });
  for (const name of vetoAlarms) scene.world.services.cloudwatch.setAlarm(name, 'OK');
  scene.unschedule('TeardownIdle');
  scene.requestsPerMinute = requestsPerMinute;
  await scene.serve({ name: 'v1' }, 60);
  await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  if (settings !== undefined) await scene.change(settings);
  await scene.world.runFor(70 * MINUTE);
  const versionId = await scene.upload({ name: 'v3' }, { strategy: 'Canary10Percent15Minutes' });
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, 'Bake');
  await scene.world.runFor(2 * MINUTE);
  return [scene, execution] as const;
}

const minutesUntil = async (scene: Scene, execution: Execution, since: number) => {
  const { record } = await scene.end(execution);
  return [record!, (execution.stoppedAt! - since) / MINUTE] as const;
};

describe.each([600, 20])('at %d requests a minute', (requestsPerMinute) => {
  it.each(WAYS)('a blue that %s in the canary gives way to green within minutes', async (_, dies) => {
    const [scene, execution] = await canary({ requestsPerMinute });
    const since = scene.world.clock.now();
    scene.turn('v2', dies);
    const [record, minutes] = await minutesUntil(scene, execution, since);
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '4' });
    expect(minutes).toBeLessThan(6);
    expect(record.decidedBy).toMatch(
      /^blue \(version 3\) answers nothing any more: asked directly, version 3 \(blue\) failed 10 of 10 and version 4 0 of 10 /,
    );
    expect(scene.notices(execution.name).at(-1)?.subject).toBe('digits: version 4 was promoted, unwatched');
    expect(record.proof).toBeUndefined();
    const said = (await greenlight(scene, 'explain')).out.replaceAll(/\s+/g, ' ');
    expect(said).toContain('Blue (version 3) answers nothing any more: asked directly, ');
    expect(said).toContain("The judge's last word: continue.");
    expect(await scene.atRest()).toBe('v3');
    const back = await scene.end(await scene.start({ action: 'rollback' }));
    expect(back.record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  });
});

it('a blue that dies while people are asked for the first traffic gives way once green has some', async () => {
  const [scene, execution] = await asking('before-traffic');
  scene.turn('v1', DIES);
  await scene.world.runFor(5 * MINUTE);
  await yes(scene);
  expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
});

it('so does one that Lambda cannot run, and counts no request of', async () => {
  const [scene, execution] = await canary();
  scene.world.services.lambda.setState(scene.functionName, '3', 'Failed');
  expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '4' });
});

it('a rollback with a canary, whose live version dies, goes on as well', async () => {
  const scene = await Scene.open({ settings: { rollbackWindowMinutes: 60 } });
  scene.unschedule('TeardownIdle');
  await scene.serve({ name: 'v1' });
  await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  await scene.world.runFor(70 * MINUTE);
  const rollback = await scene.start({ action: 'rollback' });
  await scene.reaches(rollback, 'Bake');
  scene.turn('v2', DIES);
  const { record } = await scene.end(rollback);
  expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  expect(record?.decidedBy).toContain('answers nothing any more');
});

it('so does one whose alarm, which may stop it, is in ALARM for that', async () => {
  const [scene, execution] = await canary({ vetoAlarms: ['failures'] });
  scene.turn('v2', DIES);
  scene.world.services.cloudwatch.setAlarm('failures', 'ALARM');
  expect((await scene.end(execution)).record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '4' });
});

it.each<[string, Trouble]>([
  ['is well', () => undefined],
  ['is dead, and green fails its users', failsBeside],
])('an alarm in ALARM stops a canary whose blue %s', async (_, trouble) => {
  const [scene, execution] = await canary({ vetoAlarms: ['failures'] });
  trouble(scene);
  await scene.world.runFor(4 * MINUTE);
  scene.world.services.cloudwatch.setAlarm('failures', 'ALARM');
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
  expect(record?.decidedBy).toMatch(/^alarm: /);
});

it.each([{ approval: { mode: 'before-promote' } }, { onInsufficientEvidence: { then: 'hold' } }] as const)(
  'a person is asked first with %j, and a yes is followed',
  async (settings) => {
    const [scene, execution] = await canary({ settings });
    const since = scene.world.clock.now();
    scene.turn('v2', DIES);
    await scene.reaches(execution, 'AwaitApproval');
    await scene.world.runFor(MINUTE);
    expect((scene.world.clock.now() - since) / MINUTE).toBeLessThan(7);
    const asked = scene.notices(execution.name).at(-1);
    expect(asked?.subject).toMatch(/^Action needed: digits: .*version 4/);
    expect(asked?.message).toContain('answers nothing any more');
    const ports = portsOfPerson(scene.app, scene.logicalId('teardown-idle'));
    await scene.world.run(approve(ports, undefined, { by: 'Ada', reason: 'go' }));
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'person: Ada (go)', liveVersionAfter: '4' });
    expect(record?.state?.watch?.unwatched).toContain('answers nothing any more');
  },
);

/** Blue dies and is well again between the first calls and the second. */
const blip: Trouble = (scene) => {
  scene.turn('v2', DIES);
  let calls = 0;
  scene.world.hooks.onAfter(({ command, input, caller }) => {
    const isAsked = command === 'Invoke' && caller.kind === 'function' && input['Qualifier'] === '3';
    if (isAsked && (calls += 1) === 6) scene.turn('v2', {});
  });
};

it('a person who is asked because blue died is not overruled by the alarm of that, as long as green is well', async () => {
  const [scene, execution] = await canary({
    vetoAlarms: ['failures'],
    settings: { approval: { mode: 'before-promote' } },
  });
  scene.turn('v2', DIES);
  scene.world.services.cloudwatch.setAlarm('failures', 'ALARM');
  await scene.reaches(execution, 'AwaitApproval');
  await scene.world.runFor(12 * MINUTE);
  expect(execution.status).toBe('RUNNING');
  scene.turn('v3', { errorRate: 0.9 });
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'aborted', liveFails: { version: '3' } });
  expect(record?.cause).toContain('alarm "failures" is in ALARM');
});

it('an alarm beside a blue that fails us alone stops the canary minutes later, and gives green no more', async () => {
  const [scene, execution] = await canary({ vetoAlarms: ['failures'] });
  const since = scene.world.clock.now();
  scene.turn('v2', { failsAll: true });
  scene.world.services.cloudwatch.setAlarm('failures', 'ALARM');
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
  expect((execution.stoppedAt! - since) / MINUTE).toBeLessThan(8);
  expect(record?.state?.weights.map(({ weight }) => weight)).toEqual([10]);
});

it.each<[string, Trouble]>([
  ['fails its users and answers us', (scene) => scene.turn('v2', { errorRate: 1 })],
  ['fails six in ten', (scene) => scene.turn('v2', { errorRate: 0.6, failsAll: true })],
  ['is dead as green is', (scene) => ['v2', 'v3'].forEach((name) => scene.turn(name, DIES))],
  ['is dead, while green fails its users', failsBeside],
  ['is dead, while green refuses what it answered before', refuses],
  [
    'fails its users, and comes with environments that still load',
    (scene) => scene.turn('v2', { errorRate: 1, loading: 'all' }),
  ],
  ['is away for seconds', blip],
  [
    'may not be asked',
    (scene) => {
      scene.turn('v2', DIES);
      scene.world.hooks.onBefore(({ command, caller }) => {
        if (command === 'Invoke' && caller.kind === 'function')
          throw Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' });
      });
    },
  ],
])('a blue that %s gives way to no green without proof', async (_, trouble) => {
  const [scene, execution] = await canary({ requestsPerMinute: 60 });
  trouble(scene);
  await scene.world.runFor(10 * MINUTE);
  const record = await scene.record(execution.name);
  expect(record?.state?.timeline.map(({ state }) => state)).not.toContain('PromoteGreen');
});

it('a drill is no more than a drill beside a blue that dies', async () => {
  const scene = await Scene.open({ settings: { drill: true } });
  await scene.serve({ name: 'v1' }, 30);
  const drill = await scene.start({ action: 'drill', reason: 'quarterly' });
  await scene.reaches(drill, 'Bake');
  scene.turn('v1', DIES);
  const { record } = await scene.end(drill);
  expect(record).toMatchObject({ outcome: 'aborted', liveVersionAfter: '2' });
});
