import { chooseUnfinished, resume } from '../../lambdas/operations/resume';
import { NEXT_IN_WAVES } from '../../lambdas/contract/work';
import { MINUTE } from './harness';
import {
  NAMES,
  begun,
  endpointOf,
  newCode,
  ofDeploys,
  person,
  resumed,
  served,
  stopped,
  stops,
  templateWith,
  turn,
  waiting,
} from './waves-scene';

it('that is stopped holds back what has begun and waits for its turn, until it is resumed', async () => {
  const scene = await served();
  for (const name of NAMES) turn(scene, name, 'ModelUnloadable');
  await scene.world.deploy(templateWith('second', [2, 2], NAMES, 1));
  await scene.world.runFor(30_000);
  expect(ofDeploys(scene)).toHaveLength(2);
  const [bad, waits] = ofDeploys(scene);
  await scene.end(bad!);
  for (const name of NAMES) turn(scene, name);
  const other = endpointOf(waits!);
  const { execution } = await scene.end(waits!);
  expect(execution).toMatchObject({ status: 'FAILED', error: 'DeployStopped' });
  expect((await scene.record(waits!.name, other))?.outcome).toBe('rejected');
  expect(scene.world.timeline(waits!.arn).map(({ state }) => state)).not.toContain('DeployGreen');
  expect(await scene.lock(other)).toBeUndefined();
  expect((await waiting(scene, other))?.executionName).not.toBe(waits!.name);
  expect(await newCode(scene, other)).toContain(`is held back: rollout ${bad!.name}`);
  await scene.world.runFor(20 * MINUTE);
  expect(ofDeploys(scene)).toHaveLength(2);
  expect(stops(scene)).toHaveLength(1);
  expect((await resumed(scene)).stoppedBy).toEqual([bad!.name]);
  await scene.world.runFor(120 * MINUTE);
  const good = ofDeploys(scene).filter(({ status }) => status === 'SUCCEEDED');
  expect(good.map(endpointOf).sort()).toEqual([...NAMES].sort());
  expect(begun(scene)).toHaveLength(NAMES.length + 2);
});

it('begins the next wave with the end of the last one, before the pass of the reconciler', async () => {
  const scene = await served();
  scene.unschedule('Reconcile');
  await scene.world.deploy(templateWith('second'));
  await scene.world.runFor(60 * MINUTE);
  expect([...begun(scene)].sort()).toEqual([...NAMES].sort());
  expect(ofDeploys(scene).map(({ status }) => status)).toEqual(NAMES.map(() => 'SUCCEEDED'));
  const [first, second, third] = ofDeploys(scene);
  for (const next of [second!, third!]) expect(next.startedAt - first!.stoppedAt!).toBeLessThan(5_000);
});

it('reads no endpoint for codes of which nothing has ended just now', async () => {
  const scene = await served();
  const { world } = scene;
  await world.deploy(templateWith('second'));
  const handOut = async () => {
    const before = world.hooks.count('dynamodb', 'Get');
    const arn = world.stack.ref(scene.logicalId('hand-out-work'));
    await world.run(world.invocations.asEvent(arn, { job: 'reconcile', of: NEXT_IN_WAVES }));
    return world.hooks.count('dynamodb', 'Get') - before;
  };
  scene.unschedule('Reconcile');
  await world.runFor(60 * MINUTE);
  expect(ofDeploys(scene).map(({ status }) => status)).toEqual(NAMES.map(() => 'SUCCEEDED'));
  expect(await handOut()).toBe(0);
});

it('begins the next wave with the pass after its last end was lost', async () => {
  const scene = await served();
  scene.lose('aws.states');
  await scene.world.deploy(templateWith('second'));
  const [first] = ofDeploys(scene);
  await scene.end(first!);
  await scene.world.runFor(6 * MINUTE);
  expect(begun(scene)).toHaveLength(3);
});

it('asked twice at once begins no more than the wave has', async () => {
  const scene = await served();
  const { events } = scene.world;
  const usual = events.delivery;
  events.delivery = (event, rule) => (event.source === 'aws.states' ? [300, 300] : usual(event, rule));
  scene.unschedule('Reconcile');
  await scene.world.deploy(templateWith('second'));
  await scene.end(ofDeploys(scene)[0]!);
  await scene.world.runFor(MINUTE);
  expect(begun(scene)).toHaveLength(3);
});

it('is not put in line again by a person who chose what to resume before a later one began', async () => {
  const scene = await served();
  const { bad } = await stopped(scene);
  const chosen = await scene.world.run(chooseUnfinished(person(scene)));
  expect(chosen.flatMap(({ again }) => again.map(({ endpoint }) => endpoint))).toEqual([bad]);
  turn(scene, bad, 'ModelUnloadable');
  await scene.world.deploy(templateWith('third', []));
  await scene.world.run(resume(person(scene), chosen));
  expect(await waiting(scene, bad)).toBeUndefined();
  await scene.world.runFor(30 * MINUTE);
  expect(await newCode(scene, bad)).toBeNull();
  expect((await resumed(scene)).begin).toEqual([bad]);
});

it('begins once where two people resume it, one of whom chose before it had begun again and failed', async () => {
  const scene = await served();
  const { bad } = await stopped(scene);
  const chosen = await scene.world.run(chooseUnfinished(person(scene)));
  turn(scene, bad, 'ModelUnloadable');
  await scene.world.run(Promise.all([1, 2].map(() => resume(person(scene), chosen))));
  await scene.world.runFor(30 * MINUTE);
  expect(begun(scene).filter((name) => name === bad)).toHaveLength(2);
  await scene.world.run(resume(person(scene), chosen));
  expect(await waiting(scene, bad)).toBeUndefined();
});
