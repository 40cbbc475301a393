import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Transition, type TransitionEvent, transitionEventSchema } from '../../lambdas/contract/transition-event';
import { AwsError } from '../../simulator/service';
import type { FakeModel } from '../../simulator/fake-model';
import { MINUTE, Scene } from './harness';

const SHORT = {
  strategy: JSON.stringify({
    steps: [
      { weight: 10, bakeMinutes: 3 },
      { weight: 50, bakeMinutes: 3 },
    ],
  }),
};
const ALL_AT_ONCE = { strategy: 'AllAtOnce' };

/** The app's events, as a rule's target would get their detail; each is what the documentation says. */
const eventsOf = (scene: Scene, about = ''): readonly TransitionEvent[] =>
  scene.world.events.history
    .filter(({ source, detail }) => source === 'greenlight' && JSON.stringify(detail).includes(about))
    .map(({ detail }) => transitionEventSchema.parse(detail));
const transitionsOf = (scene: Scene, about: string): readonly Transition[] =>
  eventsOf(scene, about).map(({ transition }) => transition);

/** What is announced and not published. */
const outbox = (scene: Scene) =>
  scene.world.services.dynamodb.items(scene.environment['GREENLIGHT_TABLE']!).filter(({ pk }) => pk === 'OUTBOX');

async function open(settings: Parameters<Scene['change']>[0] = {}): Promise<Scene> {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 10);
  await scene.change(settings);
  return scene;
}

async function rollout(scene: Scene, model: FakeModel, metadata: Readonly<Record<string, string>> = SHORT) {
  const ended = await scene.rollout(model, metadata);
  expect(outbox(scene)).toEqual([]);
  return ended.execution.name;
}

/** Calls of the publisher fail where `hits` says so, until the answer is called. */
function fail(
  scene: Scene,
  hits: (command: string, nth: number) => boolean,
  side: 'onBefore' | 'onAfter' = 'onBefore',
) {
  const counts = new Map<string, number>();
  return scene.world.hooks[side](({ command, caller }) => {
    if (caller.kind !== 'function' || caller.logicalId !== scene.logicalId('announce')) return;
    const nth = (counts.get(command) ?? 0) + 1;
    counts.set(command, nth);
    if (hits(command, nth)) throw new AwsError('ThrottlingException', 'Rate exceeded', 400);
  });
}

describe('each transition of a rollout is one event, in order:', () => {
  it('a good model', async () => {
    const scene = await open();
    const id = await rollout(scene, { name: 'v2' });
    expect(transitionsOf(scene, id)).toEqual([
      ...['rollout-started', 'green-deployed', 'green-verified', 'traffic-shifted', 'traffic-shifted'],
      ...['green-promoted', 'rollout-promoted'],
    ]);
    const weights = eventsOf(scene, id).flatMap((event) =>
      event.transition === 'traffic-shifted' ? [[event.weight, event.step]] : [],
    );
    expect(weights).toEqual([
      [10, { number: 1, of: 2 }],
      [50, { number: 2, of: 2 }],
    ]);
    const events = eventsOf(scene, id);
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
    expect(events.at(-1)).toMatchObject({ severity: 'info', green: { version: '3' }, liveVersion: '3' });
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort());
  });

  it('a bad model', async () => {
    const scene = await open();
    const id = await rollout(scene, { name: 'v2', errorRate: 0.3 });
    expect(transitionsOf(scene, id).slice(-2)).toEqual(['traffic-shifted', 'rollout-aborted']);
    expect(eventsOf(scene, id).at(-1)).toMatchObject({
      ...{ severity: 'failed', error: 'CanaryRegressed', decidedBy: 'judge', phase: 'canary', weight: 10 },
      ...{ step: { number: 1, of: 2 }, judgement: { verdict: 'fail', gate: { name: 'errors' } }, liveVersion: '2' },
    });
  });

  it('a model that is taken back', async () => {
    const scene = await open({ watchMinutes: 3 });
    const versionId = await scene.upload({ name: 'v2' }, SHORT);
    const execution = await scene.started(({ input }) => input.includes(versionId));
    await scene.reaches(execution, 'Watch');
    scene.turn('v2', { errorRate: 0.5 });
    await scene.end(execution);
    expect(transitionsOf(scene, execution.name).slice(-2)).toEqual(['green-promoted', 'rollout-reverted']);
  });

  it.each([
    [true, ['approval-asked', 'approval-answered', 'green-promoted', 'rollout-promoted']],
    [false, ['approval-asked', 'approval-answered', 'rollout-aborted']],
  ])('a question that is answered with %s', async (approved, last) => {
    const scene = await open({
      approval: { mode: 'before-promote', timeoutMinutes: 60, defaultAnswer: approved ? 'approve' : 'reject' },
    });
    const id = await rollout(scene, { name: 'v2' }, ALL_AT_ONCE);
    expect(transitionsOf(scene, id).slice(-last.length)).toEqual(last);
    expect(eventsOf(scene, id).find(({ transition }) => transition === 'approval-answered')).toMatchObject({
      ...{ approved, answeredBy: 'default answer of the approval' },
    });
  });

  it('a bake that goes on', async () => {
    const scene = await open({ onInsufficientEvidence: { extendMinutes: 5, then: 'abort' } });
    scene.requestsPerMinute = 60;
    const id = await rollout(scene, { name: 'v2' });
    expect(transitionsOf(scene, id).slice(-2)).toEqual(['bake-extended', 'rollout-aborted']);
  });

  it('an upload that waits, and one that loses its place', async () => {
    const scene = await open();
    const v2 = await scene.upload({ name: 'v2' }, SHORT);
    const running = await scene.started(({ input }) => input.includes(v2));
    await scene.reaches(running, 'Bake');
    for (const name of ['v3', 'v4']) {
      await scene.upload({ name }, ALL_AT_ONCE);
      await scene.world.runFor(5_000);
    }
    const told = eventsOf(scene).flatMap((event) => ('upload' in event ? [[event.upload.key, event.transition]] : []));
    expect(told).toEqual([
      ['models/digits/v3.onnx', 'upload-waiting'],
      ['models/digits/v4.onnx', 'upload-waiting'],
      ['models/digits/v3.onnx', 'upload-superseded'],
    ]);
  });

  it('what a person does to the teardown, and what it frees', async () => {
    const scene = await open({ rollbackWindowMinutes: 0, keepVersions: 1 });
    for (const name of ['v2', 'v3']) await rollout(scene, { name }, ALL_AT_ONCE);
    await scene.world.runFor(61 * MINUTE);
    expect(transitionsOf(scene, '')).toContain('idle-versions-deleted');
    expect(outbox(scene)).toEqual([]);
  });
});

describe('a notice and an event, once each,', () => {
  it.each([
    ['SNS is away for a moment', 'Publish'],
    ['EventBridge is away for a moment', 'PutEvents'],
    ['the outbox cannot be written for a moment', 'Update'],
    ['what is published cannot be removed at first', 'Delete'],
  ])('when %s', async (_, failing) => {
    const scene = await open();
    fail(scene, (command, nth) => command === failing && nth === 1);
    const { execution } = await scene.rollout({ name: 'v2' }, ALL_AT_ONCE);
    await scene.world.runFor(4 * MINUTE);
    expect(scene.notices(execution.name)).toHaveLength(1);
    expect(transitionsOf(scene, execution.name)).toHaveLength(5);
    expect(outbox(scene)).toEqual([]);
  });

  it('when the stream loses everything: the clock makes it good', async () => {
    const scene = await open();
    scene.world.eventSources.delivery = () => [];
    const { execution } = await scene.rollout({ name: 'v2' }, ALL_AT_ONCE);
    expect([scene.notices(execution.name), transitionsOf(scene, execution.name)]).toEqual([[], []]);
    await scene.world.runFor(8 * MINUTE);
    expect(scene.notices(execution.name)).toHaveLength(1);
    // Oldest first; here some have one millisecond.
    const moments = eventsOf(scene, execution.name).map(({ at }) => at);
    expect([moments.length, moments]).toEqual([5, [...moments].sort()]);
    expect(outbox(scene)).toEqual([]);
  });

  it('when the stream brings everything twice, at once or later', async () => {
    const scene = await open();
    let odd = false;
    scene.world.eventSources.delivery = () => ((odd = !odd) ? [200, 200] : [200, 30_000]);
    const { execution } = await scene.rollout({ name: 'v2' }, ALL_AT_ONCE);
    await scene.world.runFor(MINUTE);
    expect(scene.notices(execution.name)).toHaveLength(1);
    expect(transitionsOf(scene, execution.name)).toHaveLength(5);
  });

  it('when the function that closed the record dies right after', async () => {
    const scene = await open();
    let died = 0;
    scene.world.hooks.onAfter(({ command, caller, input }) => {
      const closes = command === 'TransactWrite' && JSON.stringify(input).includes('"status":"ended"');
      if (caller.kind !== 'function' || !closes) return;
      died += 1;
      // It reaches nothing any more, its own retries included.
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    });
    const { execution } = await scene.rollout({ name: 'v2' }, ALL_AT_ONCE);
    expect(died).toBeGreaterThan(0);
    expect(scene.notices(execution.name)).toHaveLength(1);
    expect(transitionsOf(scene, execution.name).filter((one) => one.startsWith('rollout-promoted'))).toHaveLength(1);
  });

  it('when each step is tried again after its last write', async () => {
    const scene = await open();
    const seen = new Set<string>();
    scene.world.hooks.onAfter(({ command, caller }) => {
      if (caller.kind !== 'function' || command !== 'TransactWrite' || seen.has(caller.logicalId)) return;
      seen.add(caller.logicalId);
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    });
    const id = await rollout(scene, { name: 'v2' });
    expect(seen.size).toBeGreaterThanOrEqual(6);
    expect(scene.notices(id)).toHaveLength(1);
    expect(transitionsOf(scene, id)).toHaveLength(7);
  });
});

describe('in doubt twice rather than never:', () => {
  it('a lost answer of SNS sends a second copy, with the same id', async () => {
    const scene = await open();
    fail(scene, (command, nth) => command === 'Publish' && nth === 1, 'onAfter');
    const { execution } = await scene.rollout({ name: 'v2' }, ALL_AT_ONCE);
    await scene.world.runFor(MINUTE);
    const copies = scene.notices(execution.name);
    expect(copies.map(({ attributes }) => attributes?.['id'])).toEqual(
      new Array(2).fill(`digits/${execution.name}/ended`),
    );
    expect(transitionsOf(scene, execution.name)).toHaveLength(5);
  });

  it('an answer of EventBridge that counts a failure is one', async () => {
    const scene = await open();
    let left = 1;
    scene.world.services.eventbridge.refuses = () =>
      left-- > 0 ? { ErrorCode: 'InternalFailure', ErrorMessage: 'try again' } : undefined;
    const { execution } = await scene.rollout({ name: 'v2' }, ALL_AT_ONCE);
    await scene.world.runFor(MINUTE);
    expect(left).toBeLessThan(0);
    expect(transitionsOf(scene, execution.name)).toHaveLength(5);
  });

  it('people hear of it although EventBridge is away, and programs although SNS is', async () => {
    const scene = await open();
    const repairEvents = fail(scene, (command) => command === 'PutEvents');
    const one = (await scene.rollout({ name: 'v2' }, ALL_AT_ONCE)).execution.name;
    await scene.world.runFor(3 * MINUTE);
    expect([scene.notices(one).length, transitionsOf(scene, one)]).toEqual([1, []]);
    repairEvents();
    const repairNotices = fail(scene, (command) => command === 'Publish');
    await scene.world.runFor(8 * MINUTE);
    expect(transitionsOf(scene, one)).toHaveLength(5);
    const other = (await scene.rollout({ name: 'v3' }, ALL_AT_ONCE)).execution.name;
    expect(transitionsOf(scene, other)).toHaveLength(5);
    expect(scene.notices(other)).toEqual([]);
    repairNotices();
    await scene.world.runFor(8 * MINUTE);
    expect([scene.notices(one).length, scene.notices(other).length]).toEqual([1, 1]);
    expect(outbox(scene)).toEqual([]);
  });
});

it('an announcement that cannot be read is a dead letter, stays in the table, and keeps no other from its turn', async () => {
  const scene = await open();
  const TableName = scene.environment['GREENLIGHT_TABLE'];
  const Item = { pk: 'OUTBOX', sk: '2026-11-23T09:00:00.000Z#broken', event: '{"transition":"rollout-started"}' };
  await scene.world.run(scene.world.user.dynamodb.send(new PutCommand({ TableName, Item })));
  const { execution } = await scene.rollout({ name: 'v2' }, ALL_AT_ONCE);
  await scene.world.runFor(6 * MINUTE);
  expect(scene.notices(execution.name)).toHaveLength(1);
  expect(transitionsOf(scene, execution.name)).toHaveLength(5);
  const [letter] = scene.world.invocations.deadLetters;
  expect(letter?.destination).toMatch(/^arn:aws:sqs:/);
  expect(letter?.error).toMatch(/StoredItemInvalid.*OUTBOX/);
  const key = { pk: Item.pk, sk: Item.sk };
  const { Item: left } = await scene.world.run(scene.world.user.dynamodb.send(new GetCommand({ TableName, Key: key })));
  expect(left).toBeDefined();
});

it('names the app and the execution beside the event, so that a rule can tell two apps apart', async () => {
  const scene = await open();
  const id = await rollout(scene, { name: 'v2' }, ALL_AT_ONCE);
  const [event] = scene.world.events.history.filter(
    ({ source, detail }) => source === 'greenlight' && JSON.stringify(detail).includes(id),
  );
  expect(event?.['resources']).toEqual([scene.app.stateMachineArn, expect.stringMatching(`:execution:.*:${id}$`)]);
  expect(event?.['detail-type']).toBe('Greenlight Transition');
});
