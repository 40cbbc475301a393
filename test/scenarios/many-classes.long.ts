import { GetObjectCommand } from '@aws-sdk/client-s3';
import { classNamesKey, keptClassNames } from '../../lambdas/contract/class-names';
import { ENDPOINT, Scene, templateOf } from './harness';

/*
 * A thousand class names of the greatest length: more than a version's environment holds, and as much as a rollout
 * carries.
 */
const classNames = Array.from({ length: 1_000 }, (_, index) => `class ${index} `.padEnd(64, 'x'));
const kept = keptClassNames(classNames)!;
const template = templateOf({ name: ENDPOINT, classNames });
/** Each class one in a thousand; `grown` a third of all, at the cost of the others. */
const shares = (grown?: number) =>
  classNames.map((_, index) => (grown === undefined ? 0.001 : index === grown ? 0.33 : 0.67 / 999));

async function open(): Promise<Scene> {
  const scene = await Scene.open({ template, settings: { classNames } });
  await scene.serve({ name: 'v1', classes: shares() });
  return scene;
}

it('are kept beside the models before a version names them, and a good green is promoted', async () => {
  const scene = await open();
  const { record } = await scene.rollout({ name: 'v2', classes: shares() });
  expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
  const command = new GetObjectCommand({ Bucket: scene.app.bucket, Key: classNamesKey(ENDPOINT, kept) });
  const { Body } = await scene.world.run(scene.world.user.s3.send(command));
  expect(await Body?.transformToString()).toBe(kept.text);
});

it.each([3, 900])('stop a green that answers class %p to a third of the requests', async (grown) => {
  const scene = await open();
  const { execution, record } = await scene.rollout({ name: 'v2', classes: shares(grown) });
  expect(execution).toMatchObject({ status: 'FAILED', error: 'CanaryRegressed' });
  expect(record?.state?.judgement).toMatchObject({ verdict: 'fail', gate: 'predictions' });
  expect(await scene.atRest()).toBe('v1');
});
