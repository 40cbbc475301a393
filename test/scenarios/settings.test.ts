import { lambdaContext } from '../../lambdas/adapters/sdk/context';
import { dynamodbSettings } from '../../lambdas/adapters/dynamodb/settings';
import { answerCloudFormation } from '../../lambdas/handlers/wiring/answer-cloudformation';
import type { Template } from '../../simulator/template';
import { Scene, templateOf } from './harness';

const ONE = templateOf({ name: 'digits' });
const settingsOf = (scene: Scene) => dynamodbSettings(lambdaContext(scene.world.user, scene.environment));
const find = async (scene: Scene, endpoint: string) =>
  (await scene.world.run(settingsOf(scene).findSettings(endpoint)))?.settings;

it('stores new settings before the rollout starts that is judged by them', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const earlier = scene.world.hooks.calls.length;
  await scene.world.deploy(templateOf({ name: 'digits', watchMinutes: 5 }));
  expect(await find(scene, 'digits')).toMatchObject({ watchMinutes: 5 });
  const byTheDeploy = scene.world.hooks.calls.slice(earlier).filter(({ caller }) => caller.kind === 'function');
  const stored = byTheDeploy.findIndex(({ command, input }) => command === 'Put' && 'config' in (input.Item as object));
  expect(stored).toBeGreaterThan(0);
  expect(byTheDeploy.findIndex(({ command }) => command === 'StartExecution')).toBeGreaterThan(stored);
  const { record } = await scene.end(await scene.started(({ input }) => input.includes('"startedBy":"deploy"')));
  expect(record?.state?.config.settings.watchMinutes).toBe(5);
});

it('forgets the settings of an endpoint that is gone, and keeps those of the others', async () => {
  const scene = await Scene.open({ template: templateOf({ name: 'digits' }, { name: 'fraud' }) });
  expect(await find(scene, 'fraud')).toBeDefined();
  await scene.world.deploy(ONE);
  expect(await find(scene, 'fraud')).toBeUndefined();
  expect(await find(scene, 'digits')).toBeDefined();
});

it('refuses a deploy whose settings do not parse, and keeps the stored ones', async () => {
  // What the deploy is rolled back to is what was deployed before.
  const scene = await Scene.open({ settings: { uploadsMayChoose: 'as-careful', strategy: 'Auto' } });
  const before = await find(scene, 'digits');
  await expect(scene.world.deploy(withConfig('{"settings":{}}'))).rejects.toThrow(
    /SettingsInvalid: The Config property of endpoint digits does not parse.*settings\.name/,
  );
  expect(await find(scene, 'digits')).toEqual(before);
});

it('deletes what could never be created', async () => {
  const answers: unknown[] = [];
  const asked: unknown[] = [];
  const properties = { FunctionName: 'fn', Endpoint: 'digits', CodeFingerprint: 'f', Config: '{' };
  const event = { RequestType: 'Delete', RequestId: 'r', ResponseURL: 'https://answer.invalid/', StackId: 's' };
  await answerCloudFormation(
    { ...event, LogicalResourceId: 'Alias', ResourceProperties: properties },
    { liveAlias: async (request) => String(asked.push(request)), checkEndpointsInUse: async () => '' },
    async (_, init) => answers.push(JSON.parse(init?.body ?? '')),
    { now: () => 0, sleep: async () => undefined },
  );
  expect(asked).toEqual([
    { requestType: 'Delete', endpoint: 'digits', functionName: 'fn', stackId: 's', whileBusy: 'stop' },
  ]);
  expect(answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId: 'fn:live' }]);
});

/** The template with another Config of its one live alias. */
function withConfig(Config: string): Template {
  const Resources = Object.entries(ONE.Resources).map(([id, resource]) =>
    resource.Type === 'Custom::GreenlightLiveAlias'
      ? [id, { ...resource, Properties: { ...resource.Properties, Config } }]
      : [id, resource],
  );
  return { ...ONE, Resources: Object.fromEntries(Resources) as Template['Resources'] };
}
