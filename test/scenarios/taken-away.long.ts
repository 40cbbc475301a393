import { App, Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { DeleteAliasCommand } from '@aws-sdk/client-lambda';
import { dynamodbSettings } from '../../lambdas/adapters/dynamodb/settings';
import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import { LIVE_ALIAS, MODEL_SERVER, HANDLER_METADATA } from '../../lambdas/contract/names';
import { endpointOfExecution } from '../../lambdas/domain/rollout';
import { Greenlight } from '../../lib/greenlight';
import type { Template } from '../../simulator/template';
import { MINUTE, Scene, templateOf } from './harness';

// Some templates are synthesised here.
const DIGITS: EndpointSettingsInput = { name: 'digits' };
const BOTH = () => templateOf(DIGITS, { name: 'other' });

/** The app with `digits` served by a function of that id; the engine runs it as it does the built-in server. */
function ownFunction(id: string): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] }, builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Greenlight');
  const greenlight = new Greenlight(stack, 'Models', { dashboard: false });
  const code = Code.fromInline('exports.handler = async () => ({});');
  const served = new Function(stack, id, { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
  (served.node.defaultChild as { addMetadata?: (key: string, value: string) => void }).addMetadata?.(
    HANDLER_METADATA,
    MODEL_SERVER,
  );
  greenlight.addEndpoint({ ...DIGITS, gates: { predictions: false } }, { function: served });
  return app.synth().getStackByName('Greenlight').template as Template;
}

async function inCanary(template: Template): Promise<Scene> {
  const scene = await Scene.open({ template });
  await scene.serve();
  await scene.upload({ name: 'v2' });
  const execution = await scene.started(({ input }) => input.includes('v2.onnx'));
  await scene.reaches(execution, 'Bake');
  return scene;
}

const settingsOf = (scene: Scene, name: string) => scene.world.run(dynamodbSettings(scene.context).findSettings(name));

describe('a deploy during a canary that takes away', () => {
  it.each([
    ['the endpoint', BOTH, () => templateOf({ name: 'other' }), /digits" cannot be taken away while rollout digits-/],
    ['the only endpoint', () => templateOf(DIGITS), () => templateOf(), /cannot be taken away while rollout digits-/],
    ["the endpoint's name", () => templateOf(DIGITS), () => templateOf({ name: 'renamed' }), /cannot be taken away/],
    [
      'its function',
      () => ownFunction('One'),
      () => ownFunction('Two'),
      /digits" serves a model and keeps its function/,
    ],
    ['the built-in server', () => templateOf(DIGITS), () => ownFunction('Own'), /keeps its function/],
  ])('%s is refused by name, put back, and the rollout goes on to its end', async (_, before, after, why) => {
    const scene = await inCanary(before());
    const { functionName } = scene;
    const running = scene.world.executions.at(-1)!;
    const canary = await scene.alias();
    await expect(scene.world.deploy(after())).rejects.toThrow(why);
    expect(await scene.alias()).toEqual(canary);
    expect((await settingsOf(scene, 'digits'))?.functionName).toBe(functionName);
    expect(await settingsOf(scene, 'renamed')).toBeUndefined();
    const { record } = await scene.end(running);
    expect(record).toMatchObject({ outcome: 'promoted', decidedBy: 'judge' });
    await scene.world.runFor(10 * MINUTE);
    expect(scene.world.executions.filter(({ name }) => name.includes('deploy'))).toEqual([]);
    expect(await scene.atRest()).toBe('v2');
  });
});

it('refuses another function at rest, too, as soon as a model is live', async () => {
  const scene = await Scene.open({ template: ownFunction('One') });
  await scene.serve();
  await expect(scene.world.deploy(ownFunction('Two'))).rejects.toThrow(
    /Add the new function as an endpoint of another/,
  );
  await scene.world.runFor(10 * MINUTE);
  expect(await scene.atRest()).toBe('v1');
  await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  expect(await scene.atRest()).toBe('v2');
});

/** As an app stored it before it noted which construct serves, or where the same construct became another function. */
const unnoted = (template: Template): Template =>
  JSON.parse(JSON.stringify(template).replaceAll(/,\\"servedBy\\":\\"\w+\\"/g, '')) as Template;

describe('another function that is seen only when its alias is asked for', () => {
  it('is refused when a model is live', async () => {
    const scene = await Scene.open({ template: unnoted(ownFunction('One')) });
    expect((await settingsOf(scene, 'digits'))?.servedBy).toBeUndefined();
    await scene.serve();
    await expect(scene.world.deploy(unnoted(ownFunction('Two')))).rejects.toThrow(/keeps its function/);
    expect(await scene.atRest()).toBe('v1');
  });

  it('is refused during the first rollout, once and for all', async () => {
    const scene = await Scene.open({ template: unnoted(ownFunction('One')) });
    const before = await settingsOf(scene, 'digits');
    await scene.upload({ name: 'v1' });
    const first = await scene.started();
    await scene.reaches(first, 'VerifyGreen');
    await expect(scene.world.deploy(unnoted(ownFunction('Two')))).rejects.toThrow(/cannot be taken away while rollout/);
    await scene.stop(first);
    await scene.world.runFor(10 * MINUTE);
    expect((await settingsOf(scene, 'digits'))?.functionName).toBe(before?.functionName);
    // CloudFormation was answered: Lambda does not send the event again.
    expect(scene.world.invocations.deadLetters).toEqual([]);
  });
});

it('gives an endpoint another function as long as no model was live', async () => {
  const scene = await Scene.open({ template: ownFunction('One') });
  await scene.world.deploy(ownFunction('Two'));
  const config = await settingsOf(scene, 'digits');
  expect(config?.functionName).toContain('Two');
  const { record } = await scene.rollout({ name: 'v1' });
  expect(record).toMatchObject({ outcome: 'promoted-first' });
});

it('takes an endpoint away at rest, and one that later has its name begins anew', async () => {
  const scene = await Scene.open({ template: BOTH() });
  await scene.serve();
  await scene.rollout({ name: 'v2' }, { strategy: 'AllAtOnce' });
  scene.leaveUsers();
  await scene.world.deploy(templateOf({ name: 'other' }));
  expect(await settingsOf(scene, 'digits')).toBeUndefined();
  expect(await scene.livePeriods()).toEqual([]);
  await scene.world.runFor(2 * 60 * MINUTE);
  await scene.world.deploy(BOTH());
  expect(await scene.livePeriods()).toEqual([]);
  const { record } = await scene.rollout({ name: 'v3' });
  expect(record).toMatchObject({ outcome: 'promoted-first', liveVersionAfter: '2' });
  const rolledBack = await scene.end(await scene.start({ endpoint: 'digits', action: 'rollback' }));
  expect(rolledBack.execution.error).toBe('RollbackTargetUnavailable');
});

it.each([
  ['digits-0123456789ab-1', 'digits'],
  ['my-digits-0123456789ab-12', 'my-digits'],
  ['digits-deploy-0123456789ab', 'digits'],
  ['digits-deploy-0123456789ab-1', 'digits-deploy'],
  ['digits-0123456789ab', undefined],
  ['digits-0123456789AB-1', undefined],
  ['digits', undefined],
  ['-0123456789ab-1', undefined],
])('an execution named %s is of endpoint %s', (name, endpoint) => expect(endpointOfExecution(name)).toBe(endpoint));

it.each([
  ['digits-0123456789ab-1', []],
  ['mine', ['mine']],
])(
  'an execution named %s that was refused before it had an endpoint is told under the one that is left: %j',
  async (name, ids) => {
    const scene = await Scene.open({ template: BOTH() });
    await scene.world.deploy(templateOf({ name: 'other' }));
    await scene.end(await scene.start({ wieght: 10 }, name));
    expect((await scene.records('other')).map(({ id }) => id)).toEqual(ids);
    expect((await scene.records('none')).length + ids.length).toBe(1);
  },
);

it('is deployed again right after it was destroyed, with names of its own, and begins anew', async () => {
  const scene = await Scene.open();
  await scene.serve();
  scene.leaveUsers();
  const { bucket } = scene.app;
  await scene.world.destroy();
  expect(scene.world.services.s3.readBytes(bucket, 'models/digits/v1.onnx').length).toBeGreaterThan(0);
  await scene.world.runFor(24 * 60 * MINUTE);
  expect(scene.world.alarms.mails.filter(({ subject }) => !subject.startsWith('OK'))).toEqual([]);
  await scene.world.deploy();
  expect(scene.app.bucket).not.toBe(bucket);
  const { record } = await scene.rollout({ name: 'v1' });
  expect(record).toMatchObject({ outcome: 'promoted-first' });
  expect(await scene.atRest()).toBe('v1');
  expect(scene.world.invocations.deadLetters).toEqual([]);
});

it('cannot be deployed again while an execution of it still waits, and can a minute after that was stopped', async () => {
  const scene = await inCanary(templateOf(DIGITS));
  const running = scene.world.executions.at(-1)!;
  scene.leaveUsers();
  await scene.world.destroy();
  await expect(scene.world.deploy()).rejects.toThrow(/State Machine is being deleted: .*StateMachineDeleting/);
  if (running.status === 'RUNNING') await scene.stop(running);
  await scene.world.runFor(MINUTE + 1_000);
  await scene.world.deploy();
  const { record } = await scene.rollout({ name: 'v3' });
  expect(record).toMatchObject({ outcome: 'promoted-first' });
});

it('makes the alias again where it was, when it was deleted', async () => {
  const scene = await Scene.open();
  await scene.serve();
  scene.leaveUsers();
  const gone = new DeleteAliasCommand({ FunctionName: scene.functionName, Name: LIVE_ALIAS });
  await scene.world.run(scene.world.user.lambda.send(gone));
  await scene.world.deploy(templateOf({ name: 'digits', memoryMB: 2048 }));
  expect(await scene.answeredBy()).toBe('v1');
});

describe('policies that are not everywhere in the first seconds', () => {
  it.each([5, 20, 50])('of %d s delay a deploy and fail nothing', async (seconds) => {
    const scene = await Scene.open({ policiesSettleInSeconds: seconds });
    const began = scene.now;
    expect(began - Date.parse('2026-11-23T09:00:00Z')).toBeGreaterThanOrEqual(seconds * 1000);
    expect((await scene.serve()).record).toMatchObject({ outcome: 'promoted-first' });
    await scene.world.runFor(60 * MINUTE);
    expect(scene.world.invocations.deadLetters).toEqual([]);
    await scene.world.deploy(BOTH());
    expect((await settingsOf(scene, 'other'))?.settings.name).toBe('other');
  });

  it('that never come fail the deploy with the action that is denied', async () => {
    await expect(Scene.open({ policiesSettleInSeconds: 24 * 3600 })).rejects.toThrow(
      /AccessDeniedException: .* is not authorized to perform: /,
    );
  });
});

it('leaves no green with a share of traffic when the whole app is destroyed beside a function that stays', async () => {
  const scene = await inCanary(ownFunction('One'));
  const running = scene.world.executions.at(-1)!;
  const { functionName } = scene;
  expect((await scene.alias()).weights).toEqual({ '3': 0.1 });
  const writes: unknown[] = [];
  scene.world.hooks.onBefore(({ command, input, caller }) => {
    const byResource = caller.kind === 'function' && caller.logicalId === scene.logicalId('live-alias');
    if (command === 'UpdateAlias' && byResource) writes.push(input);
  });
  scene.leaveUsers();
  await scene.world.destroy();
  expect(writes).toMatchObject([
    { FunctionName: functionName, Name: 'live', FunctionVersion: '2', RoutingConfig: { AdditionalVersionWeights: {} } },
  ]);
  expect(running.status).toBe('ABORTED');
});
