import { MINUTE } from './harness';
import {
  NAMES,
  begun,
  endpointOf,
  newCode,
  ofDeploys,
  resumed,
  served,
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
