import type { Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import { GreenlightControlPlane } from '../../lib/control-plane';
import { GreenlightEndpoint, type GreenlightEndpointProps } from '../../lib/endpoint';
import { dynamodbSettings } from '../../lambdas/adapters/dynamodb/settings';
import type { Template } from '../../simulator/template';
import { MINUTE, Scene, templateOf } from './harness';
import { stackTemplate } from '../../lib/synthesise';

// Some templates are synthesised here.

const synthesised = (name: string, make: (stack: Stack) => void) => stackTemplate(name, make) as unknown as Template;

/** The platform team's stack. */
const PLANE = synthesised('Platform', (stack) => {
  new GreenlightControlPlane(stack, 'Plane', { name: 'prod' });
});

/** A team's stack, from an app of its own: it knows the control plane by its name alone. */
const team = (name: string, settings: EndpointSettingsInput, more: Partial<GreenlightEndpointProps> = {}): Template =>
  synthesised(name, (stack) => {
    const plane = GreenlightControlPlane.fromName(stack, 'Plane', 'prod');
    new GreenlightEndpoint(stack, settings.name, { plane, ...settings, ...more });
  });

const DIGITS = team('Digits', { name: 'digits' });

const settingsOf = (scene: Scene, name: string) => scene.world.run(dynamodbSettings(scene.context).findSettings(name));

describe('endpoints in stacks of their own', () => {
  it('roll out, judge and come back as those beside their control plane do, each by itself', async () => {
    const scene = await Scene.open({ template: PLANE, beside: { Digits: DIGITS } });
    await scene.deployBeside('Fraud', team('Fraud', { name: 'fraud' }));
    await scene.serve();
    expect((await scene.rollout({ name: 'v2' })).record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    const bad = await scene.rollout({ name: 'v3', errorRate: 0.2 });
    expect(bad.record).toMatchObject({ outcome: 'aborted', decidedBy: 'judge' });
    await scene.world.runFor(10 * MINUTE);
    expect(await scene.atRest()).toBe('v2');
    const other = await settingsOf(scene, 'fraud');
    expect(other?.stackId).toMatch(/:stack\/Fraud\//);
    expect(scene.world.executions.every(({ name }) => name.startsWith('digits-'))).toBe(true);
  });

  it('are rolled out anew when their own stack is deployed with other settings, and no other stack is', async () => {
    const scene = await Scene.open({ template: PLANE, beside: { Digits: DIGITS } });
    await scene.serve();
    await scene.deployBeside('Digits', team('Digits', { name: 'digits', memoryMB: 2048 }));
    await scene.end(await scene.started(({ name }) => name.startsWith('digits-deploy-')));
    expect(await scene.atRest()).toBe('v1');
    // What the platform team deploys moves none of them.
    const before = [scene.world.executions.length, await scene.alias()];
    await scene.world.deploy(PLANE);
    await scene.world.runFor(10 * MINUTE);
    expect([scene.world.executions.length, await scene.alias()]).toEqual(before);
  });
});

describe('a stack that takes a name', () => {
  it('of another stack is refused by that name, and the first one goes on', async () => {
    const scene = await Scene.open({ template: PLANE, beside: { Digits: DIGITS } });
    // Before it serves anything already.
    await expect(scene.deployBeside('Third', team('Third', { name: 'digits' }))).rejects.toThrow(
      /EndpointNameTaken: The endpoint "digits" belongs to the stack Digits of this control plane/,
    );
    await scene.serve();
    await expect(scene.deployBeside('Fourth', team('Fourth', { name: 'digits' }))).rejects.toThrow(/EndpointNameTaken/);
    expect((await settingsOf(scene, 'digits'))?.functionName).toBe(scene.functionName);
    await scene.rollout({ name: 'v2' });
    expect(await scene.atRest()).toBe('v2');
  });

  it('that is free again may have it', async () => {
    const scene = await Scene.open({ template: PLANE, beside: { Digits: DIGITS } });
    await scene.world.run(scene.world.stackBeside('Digits').destroy());
    await scene.deployBeside('Third', team('Third', { name: 'digits' }));
    expect((await settingsOf(scene, 'digits'))?.stackId).toMatch(/:stack\/Third\//);
  });
});

describe('a stack during a canary of its endpoint', () => {
  async function inCanary(): Promise<Scene> {
    const scene = await Scene.open({ template: PLANE, beside: { Digits: DIGITS } });
    await scene.serve();
    await scene.upload({ name: 'v2' });
    await scene.reaches(await scene.started(({ input }) => input.includes('v2.onnx')), 'Bake');
    return scene;
  }

  it('is not deleted: its endpoint stays registered, and the rollout goes on to its end', async () => {
    const scene = await inCanary();
    await expect(scene.world.run(scene.world.stackBeside('Digits').destroy())).rejects.toThrow(
      /cannot be taken away while rollout digits-/,
    );
    await scene.end(scene.world.executions.at(-1)!);
    expect(await scene.atRest()).toBe('v2');
    await scene.world.run(scene.world.stackBeside('Digits').destroy());
    expect(await settingsOf(scene, 'digits')).toBeUndefined();
  });

  it('cannot drop it for another, and is put back', async () => {
    const scene = await inCanary();
    await expect(scene.deployBeside('Digits', team('Digits', { name: 'renamed' }))).rejects.toThrow(
      /cannot be taken away while rollout digits-/,
    );
    await scene.end(scene.world.executions.at(-1)!);
    expect(await scene.atRest()).toBe('v2');
    expect(await settingsOf(scene, 'renamed')).toBeUndefined();
  });
});

it('without its control plane cannot be deployed, and says which parameter is missing', async () => {
  const scene = await Scene.open({ template: templateOf({ name: 'digits' }) });
  await expect(scene.deployBeside('Digits', DIGITS)).rejects.toThrow(
    /Unable to fetch parameters \[\/greenlight\/prod\/control-plane\//,
  );
});

it('finds the control plane of an app with one stack by the name of that', async () => {
  const scene = await Scene.open({ template: templateOf({ name: 'digits' }) });
  const fraud = synthesised('Fraud', (stack) => {
    const plane = GreenlightControlPlane.fromName(stack, 'Plane', 'Greenlight');
    new GreenlightEndpoint(stack, 'Fraud', { plane, name: 'fraud' });
  });
  await scene.deployBeside('Fraud', fraud);
  expect((await settingsOf(scene, 'fraud'))?.stackId).toMatch(/:stack\/Fraud\//);
  // The first stack asks for its own endpoints alone.
  await scene.serve();
  await scene.world.deploy(templateOf({ name: 'digits', keepVersions: 6 }));
  expect(await settingsOf(scene, 'fraud')).toBeDefined();
});

describe('a stack that is deployed', () => {
  it('becomes a control plane with its endpoints, and new ones beside it: no alias moves and no rollout starts', async () => {
    const scene = await Scene.open({ template: templateOf({ name: 'digits' }), settings: {} });
    await scene.serve();
    await scene.rollout({ name: 'v2' });
    const before = [await scene.alias(), scene.functionName, scene.world.executions.length];
    const split = synthesised('Greenlight', (stack) => {
      const plane = new GreenlightControlPlane(stack, 'Models', { name: 'Greenlight' });
      new GreenlightEndpoint(plane, 'Endpoint-digits', { plane, name: 'digits' });
    });
    await scene.world.deploy(split);
    const team = synthesised('Fraud', (stack) => {
      const plane = GreenlightControlPlane.fromName(stack, 'Plane', 'Greenlight');
      new GreenlightEndpoint(stack, 'Fraud', { plane, name: 'fraud' });
    });
    await scene.deployBeside('Fraud', team);
    await scene.world.runFor(10 * MINUTE);
    expect([await scene.alias(), scene.functionName, scene.world.executions.length]).toEqual(before);
    expect(await scene.atRest()).toBe('v2');
  });

  it('keeps what it had before there were control planes: another logical id would be another bucket, table or function', () => {
    const { Resources } = templateOf({ name: 'digits' });
    const ids = [
      'ModelsStorageBucket60EFA352',
      'ModelsStorageTable3D2775C7',
      'ModelsRolloutMachineD2D51E7E',
      'ModelsEndpointdigitsServerFunctionC50E6445',
      'ModelsEndpointdigitsLiveAliasDAD65D14',
      'ModelsEndpointdigitsUrl7E8E416A',
      'ModelsEndpointdigitsPreviewUrlA6AA786B',
    ];
    expect(ids.filter((id) => !(id in Resources))).toEqual([]);
  });
});

it('lets handlers work on a function of its own, which its own stack tags, and on no function beside it', async () => {
  const own = synthesised('Ranker', (stack) => {
    const plane = GreenlightControlPlane.fromName(stack, 'Plane', 'prod');
    const code = Code.fromInline('exports.handler = async () => ({});');
    const props = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code };
    const served = new Function(stack, 'Served', props);
    new Function(stack, 'Other', props);
    const settings = { name: 'ranker', gates: { predictions: false } } as const;
    new GreenlightEndpoint(stack, 'Ranker', { plane, function: served, ...settings });
  });
  const scene = await Scene.open({ template: PLANE, beside: { Digits: DIGITS } });
  await scene.deployBeside('Ranker', own);
  const stack = scene.world.stackBeside('Ranker');
  const nameOf = (id: string) => stack.ref(stack.idsOf('AWS::Lambda::Function').find((one) => one.startsWith(id))!);
  const may = (name: string) =>
    scene.world.permissions.may(scene.logicalId('restore-blue'), {
      action: 'lambda:UpdateAlias',
      resource: `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
    });
  expect([may(nameOf('Served')), may(nameOf('Other')), may(scene.functionName)]).toEqual([true, false, true]);
  const handler = scene.world.stack.ref(scene.logicalId('teardown-idle'));
  expect(may(handler)).toBe(false);
});
