import { dynamodbUploads } from '../../lambdas/adapters/dynamodb/uploads';
import { dynamodbSettings, dynamodbSettingsStore } from '../../lambdas/adapters/dynamodb/settings';
import { Scene } from '../scenarios/harness';
import { greenlight } from './cli-on-scene';

/** A deploy of the endpoint whose rollout died before it began. */
async function died(): Promise<Scene> {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 0);
  const config = await scene.world.run(dynamodbSettings(scene.context).findSettings('digits'));
  const store = dynamodbSettingsStore(scene.context);
  const { requests } = await scene.world.run(store.readRequests('digits'));
  await scene.world.run(store.storeSettings({ ...config!, fingerprint: 'of a deploy' }, requests));
  return scene;
}
const waits = async (scene: Scene) =>
  (await scene.world.run(dynamodbUploads(scene.context).readWaitingDeploy('digits'))) !== undefined;

it.each([
  ['y', 0, true],
  ['no', 1, false],
])('without an endpoint lists what it would resume, and asks: "%s" is exit code %i', async (said, code, resumed) => {
  const scene = await died();
  const questions: string[] = [];
  const ask = async (question: string) => {
    questions.push(question);
    return said;
  };
  const ran = await greenlight(scene, 'resume', { ask });
  expect(questions).toEqual(['  Settings: 1 endpoint to begin again: digits\nLet all of that go on? [y/N] ']);
  expect([ran.code, await waits(scene)]).toEqual([code, resumed]);
});

it('without a terminal resumes nothing, and says what there is', async () => {
  const scene = await died();
  const { code, err } = await greenlight(scene, 'resume');
  expect([code, await waits(scene)]).toEqual([1, false]);
  expect(err).toMatch(/NotConfirmed: nothing was resumed of[^]*digits[^]*add --yes/);
});

it('with an endpoint asks nothing, and afterwards has nothing to do', async () => {
  const scene = await died();
  expect((await greenlight(scene, 'resume digits')).out).toContain('Resumed');
  expect(await waits(scene)).toBe(true);
  expect((await greenlight(scene, 'resume')).out).toContain('Nothing stopped them');
  expect((await greenlight(scene, 'resume nowhere')).err).toContain('UnknownEndpoint');
});

it('has nothing to do where what was deployed is live', async () => {
  const scene = await Scene.open();
  await scene.serve({ name: 'v1' }, 0);
  expect((await greenlight(scene, 'resume')).out).toBe('  No endpoint is without what its last deploy brought.\n');
});
