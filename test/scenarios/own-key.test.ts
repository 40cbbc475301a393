import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { GreenlightControlPlane } from '../../lib/control-plane';
import { GreenlightEndpoint } from '../../lib/endpoint';
import { Greenlight } from '../../lib/greenlight';
import { HANDLER_NAMES } from '../../lib/handlers';
import { secure } from '../../lib/security';
import { MODEL_SERVER } from '../../lambdas/contract/names';
import { bytesOf } from '../../simulator/fake-model';
import { functionOf, type Template } from '../../simulator/template';
import { ENDPOINT, MINUTE, Scene } from './harness';
import { stackTemplate } from '../../lib/synthesise';

type Statement = { readonly Principal: { Service?: string | string[] } };

const synthesised = (name: string, make: (stack: Stack) => void) => stackTemplate(name, make) as unknown as Template;
/** An app under a key of its owner's, made once. */
const template = synthesised('Greenlight', (stack) => {
  new Greenlight(stack, 'Models', { endpoints: [{ name: ENDPOINT }], security: { key: new Key(stack, 'Key') } });
});

/** The same, and the key's policy knows a service no more. */
function withoutService(service: string): Template {
  const copy = structuredClone(template) as unknown as {
    readonly Resources: Readonly<
      Record<string, { readonly Type: string; readonly Properties: { KeyPolicy: { Statement: Statement[] } } }>
    >;
  };
  for (const { Type, Properties } of Object.values(copy.Resources))
    if (Type === 'AWS::KMS::Key')
      for (const { Principal } of Properties.KeyPolicy.Statement)
        if (Principal.Service !== undefined)
          Principal.Service = [JSON.stringify(Principal.Service).includes(service) ? [] : Principal.Service].flat();
  return copy;
}

describe("under a key of the owner's", () => {
  it('a good model is promoted and a bad one is not, and each right to the key that the handlers have is used', async () => {
    const scene = await Scene.open({ template });
    await scene.serve();
    const good = await scene.rollout({ name: 'v2' });
    const bad = await scene.rollout({ name: 'v3', errorRate: 0.3 });
    expect([good, bad].map(({ execution: { status } }) => status)).toEqual(['SUCCEEDED', 'FAILED']);
    const ofKey = ({ action }: { readonly action: string }) => action.startsWith('kms:');
    const used = new Set(
      scene.world.permissions
        .used()
        .filter(ofKey)
        .map(({ action }) => action),
    );
    expect([...used].sort()).toEqual([
      ...['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'],
    ]);
    const handlers = new Set(HANDLER_NAMES.map((name) => scene.logicalId(name)));
    const mayGrant = scene.world.permissions
      .granted()
      .filter(({ logicalId, action }) => handlers.has(logicalId) && action === 'kms:CreateGrant');
    expect(mayGrant.map(({ logicalId }) => logicalId)).toEqual([scene.logicalId('deploy-green')]);
  });

  it('a step that may not use the key ends the rollout, and users stay on blue', async () => {
    const scene = await Scene.open({ template });
    await scene.serve();
    const { world } = scene;
    world.permissions.withheld = (whose, action) =>
      whose === scene.logicalId('deploy-green') && action === 'kms:CreateGrant';
    const before = await scene.alias();
    const { execution, record } = await scene.rollout({ name: 'v2' });
    expect([execution.status, (await scene.alias()).version]).toEqual(['FAILED', before.version]);
    expect(JSON.stringify(record)).toContain('kms:CreateGrant');
  });

  it('work waits in its queue for a handler that may not use the key, and is done by one that may', async () => {
    const scene = await Scene.open({ template });
    await scene.serve();
    const { world } = scene;
    let reconciled = 0;
    world.hooks.onInvoke(({ handler }) => void (reconciled += handler === 'reconcile' ? 1 : 0));
    await world.runFor(10 * MINUTE);
    expect(reconciled).toBeGreaterThan(0);
    reconciled = 0;
    world.permissions.withheld = (whose, action) => whose === scene.logicalId('reconcile') && action === 'kms:Decrypt';
    await world.runFor(10 * MINUTE);
    expect(reconciled).toBe(0);
  });

  it('alarms arrive, and are lost where the policy of the key does not know CloudWatch', async () => {
    for (const [used, refused] of [
      [template, undefined],
      [withoutService('cloudwatch'), expect.stringContaining('encryption key')],
    ] as const) {
      const scene = await Scene.open({ template: used });
      await scene.serve();
      scene.turn('v1', { errorRate: 0.5 });
      await scene.world.runFor(30 * MINUTE);
      const rung = scene.world.alarms.history.find(({ to }) => to === 'ALARM');
      expect(rung?.actions[0]?.refused).toEqual(refused);
    }
  });

  it('no log group is made where the policy of the key does not know CloudWatch Logs', async () => {
    await expect(Scene.open({ template: withoutService('logs') })).rejects.toThrow(
      /KMS key does not exist or is not allowed to be used with/,
    );
  });
});

describe("an endpoint that is not under its control plane's key", () => {
  const name = ENDPOINT;
  const withKey = (stack: Stack) =>
    new GreenlightControlPlane(stack, 'Plane', { name: 'prod', security: { key: new Key(stack, 'Key') } });
  const beside = synthesised('Digits', (stack) => {
    const plane = GreenlightControlPlane.fromName(stack, 'Plane', 'prod');
    new GreenlightEndpoint(stack, 'Digits', { plane, name, captureSampleRate: 1 });
  });
  const BESIDE = `Digits/${functionOf(beside, MODEL_SERVER)}`;

  it.each([
    ['in a stack of its own', synthesised('Platform', withKey), beside],
    [
      'in a stack of its own, where the whole stack of the control plane is under it',
      synthesised('Platform', (stack) => {
        new GreenlightControlPlane(stack, 'Plane', { name: 'prod' });
        secure(stack, { key: new Key(stack, 'Key') });
      }),
      beside,
    ],
    [
      'beside it',
      synthesised('Platform', (stack) => {
        new GreenlightEndpoint(stack, 'Digits', { plane: withKey(stack), name, captureSampleRate: 1 });
      }),
      undefined,
    ],
  ])('%s reads its models with that key, and writes what it captures', async (_, template, team) => {
    const scene = await Scene.open({ template, ...(team && { beside: { Digits: team } }) });
    const { world } = scene;
    await world.run(scene.app.upload(name, 'v1.onnx', bytesOf({ name: 'v1' })));
    const Bucket = world.stack.ref(world.stack.idsOf('AWS::S3::Bucket')[0]!);
    const { s3 } = world.clientsOf(team ? BESIDE : functionOf(template, MODEL_SERVER));
    await world.run(s3.send(new GetObjectCommand({ Bucket, Key: `models/${name}/v1.onnx` })));
    await world.run(s3.send(new PutObjectCommand({ Bucket, Key: `captured/${name}/x`, Body: 'x' })));
    const used = world.permissions
      .used()
      .filter(({ action }) => action.startsWith('kms:'))
      .map(({ action }) => action);
    expect(used).toEqual(expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey']));
  });

  it('may use no key where its control plane has none', async () => {
    const template = synthesised('Platform', (stack) => {
      new GreenlightControlPlane(stack, 'Plane', { name: 'prod' });
    });
    const scene = await Scene.open({ template, beside: { Digits: beside } });
    const ofServer = scene.world.permissions.granted().filter(({ logicalId }) => logicalId === BESIDE);
    expect(ofServer.filter(({ action }) => action.startsWith('kms:')).map(({ resource }) => resource)).toEqual(
      Array(2).fill('arn:aws:kms:eu-west-1:123456789012:key/none'),
    );
  });
});
