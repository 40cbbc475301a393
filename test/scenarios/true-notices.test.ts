import { DeleteAliasCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { Execution } from '../../simulator/states/execution';
import { asking, yes } from './asking';
import { MINUTE, Scene } from './harness';

const SHORT = { strategy: 'Canary10Percent5Minutes' };
const AT_ONCE = { strategy: 'AllAtOnce' };

async function reached(scene: Scene, state: string, strategy: Record<string, string>, green: object = {}) {
  const versionId = await scene.upload({ name: 'v2', ...green }, strategy);
  const execution = await scene.started(({ input }) => input.includes(versionId));
  await scene.reaches(execution, state);
  return execution;
}

async function served(): Promise<Scene> {
  const scene = await Scene.open();
  await scene.serve();
  return scene;
}

const lastOf = (scene: Scene, { name }: Execution) => scene.notices(name).at(-1);

describe('the notice of an end', () => {
  it('does not speak of a promotion that never took effect', async () => {
    const [scene, execution] = await asking();
    await scene.moveAlias('2');
    await yes(scene);
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'LiveAliasMoved' });
    expect(lastOf(scene, execution)?.subject).toMatch(/gave way to another change of the live alias in the canary/);
  });

  it('says that nothing is in service where there is no alias', async () => {
    const [scene, execution] = await asking();
    scene.leaveUsers();
    const command = new DeleteAliasCommand({ FunctionName: scene.functionName, Name: 'live' });
    await scene.world.run(scene.world.user.lambda.send(command));
    await yes(scene);
    await scene.end(execution);
    expect(lastOf(scene, execution)?.message).toContain(
      'In service now: nothing: callers of the live alias get an error',
    );
  });

  it('says so of a promotion whose alias was deleted before it could end, and does not offer to undo it', async () => {
    const scene = await served();
    scene.world.hooks.onInvoke(async ({ handler }) => {
      if (handler !== 'finish-rollout') return;
      const alias = { FunctionName: scene.functionName, Name: 'live' };
      await scene.world.services.lambda.call('DeleteAlias', alias, { kind: 'user' });
    });
    scene.leaveUsers();
    const { execution, record } = await scene.rollout({ name: 'v2' }, AT_ONCE);
    expect(record).toMatchObject({ status: 'ended', outcome: 'promoted' });
    const { message, subject } = lastOf(scene, execution)!;
    expect(subject).toMatch(/^Action needed: /);
    expect(message).toContain('In service now: nothing: callers of the live alias get an error.');
    expect(message).toMatch(/What to do:\nCreate the live alias again/);
    const report = record!.report!.replace(/^s3:\/\/[^/]+\//, '');
    const page = scene.world.services.s3.readBytes(scene.app.bucket, report).toString();
    expect(page).toContain('nothing: callers of the live alias get an error');
    expect(page).toContain('Create the live alias again');
  });

  it('waits for a throttled look at the alias, and names what a person has put there', async () => {
    const scene = await served();
    let asked = 0;
    scene.world.hooks.onBefore(({ command, caller }) => {
      const isEnd = caller.kind === 'function' && caller.logicalId === scene.logicalId('finish-rollout');
      if (command !== 'GetAlias' || !isEnd || asked++ > 0) return;
      throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
    });
    scene.world.hooks.onInvoke(async ({ handler }) => {
      if (handler !== 'finish-rollout' || asked > 0) return;
      const alias = { FunctionName: scene.functionName, Name: 'live', FunctionVersion: '2' };
      await scene.world.services.lambda.call('UpdateAlias', alias, { kind: 'user' });
    });
    const { record } = await scene.rollout({ name: 'v2' }, AT_ONCE);
    expect(asked).toBeGreaterThan(1);
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '2' });
  });

  it('is written of a promotion also where the alias may not be read at its end', async () => {
    const scene = await served();
    scene.world.hooks.onBefore(({ command, caller }) => {
      if (
        command === 'GetAlias' &&
        caller.kind === 'function' &&
        caller.logicalId === scene.logicalId('finish-rollout')
      )
        throw Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' });
    });
    const { execution, record } = await scene.rollout({ name: 'v2' }, AT_ONCE);
    expect(execution.status).toBe('SUCCEEDED');
    expect(record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
  });

  it('does not lay at the door of AWS what a person stopped with a word of their own', async () => {
    const scene = await served();
    const execution = await reached(scene, 'Bake', SHORT);
    await scene.stop(execution, 'the wrong model');
    await scene.world.runFor(MINUTE);
    expect(lastOf(scene, execution)?.message).toMatch(/What to do:\nThe execution was stopped, and blue serves/);
  });

  it.each([
    [
      'a step lacks',
      (scene: Scene) =>
        void scene.world.hooks.onBefore(({ service, caller }) => {
          if (
            service === 'dynamodb' &&
            caller.kind === 'function' &&
            caller.logicalId === scene.logicalId('judge-canary')
          )
            throw Object.assign(new Error('not allowed'), { name: 'AccessDeniedException' });
        }),
    ],
    [
      'the state machine lacks',
      (scene: Scene) => {
        const name = scene.world.stack.ref(scene.logicalId('judge-canary'));
        scene.world.permissions.withheld = (_, action, resource) =>
          action === 'lambda:InvokeFunction' && resource.endsWith(`:function:${name}`);
      },
    ],
    [
      'the judge lacks to see any number',
      (scene: Scene) => {
        scene.world.permissions.withheld = (logicalId, action) =>
          action === 'cloudwatch:GetMetricData' && logicalId === scene.logicalId('judge-canary');
      },
    ],
  ])('asks for the permission that %s', async (_, withhold) => {
    const scene = await served();
    const execution = await reached(scene, 'Bake', SHORT);
    withhold(scene);
    const { record } = await scene.end(execution);
    expect(record?.outcome).toBe('aborted');
    expect(lastOf(scene, execution)?.message).toMatch(/What to do:\nA permission is missing, which the message names/);
    expect(await scene.atRest()).toBe('v1');
  });

  it('asks for the permission that validation lacks, and for no other model', async () => {
    const scene = await served();
    scene.world.permissions.withheld = (logicalId, action) =>
      action === 's3:GetObjectVersion' && logicalId === scene.logicalId('validate-model');
    const { execution } = await scene.rollout({ name: 'v2' }, SHORT);
    expect(lastOf(scene, execution)?.message).toMatch(/What to do:\nA permission is missing, which the message names/);
  });

  it('asks for the permission to read an upload, and for no other metadata', async () => {
    const scene = await served();
    scene.world.permissions.withheld = (logicalId, action) =>
      action === 's3:GetObjectVersion' && logicalId === scene.logicalId('start-rollout');
    await scene.upload({ name: 'v2' }, SHORT);
    await scene.world.runFor(5 * MINUTE);
    const message = scene.notices('InvalidUpload').at(-1)?.message;
    expect(message).toMatch(/What to do:\nA permission is missing, which the message names/);
  });

  it('agrees with the execution where only the lock could not be freed', async () => {
    const scene = await served();
    const execution = await reached(scene, 'Bake', SHORT, { errorRate: 0.6 });
    scene.world.permissions.withheld = (logicalId, action) =>
      action === 'dynamodb:DeleteItem' && logicalId === scene.logicalId('restore-blue');
    const { record } = await scene.end(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'CanaryRegressed' });
    expect(record).toMatchObject({ outcome: 'aborted', error: 'CanaryRegressed' });
    await scene.world.runFor(6 * MINUTE);
    expect(await scene.atRest()).toBe('v1');
  });

  it('names, where blue could not be put back at first, why it had to be', async () => {
    const scene = await served();
    const execution = await reached(scene, 'Bake', SHORT, { errorRate: 0.6 });
    const name = scene.world.stack.ref(scene.logicalId('restore-blue'));
    scene.world.permissions.withheld = (_, action, resource) =>
      action === 'lambda:InvokeFunction' && resource.endsWith(`:function:${name}`);
    const { record } = await scene.end(execution);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'RestoreFailed' });
    expect(record?.cause).toMatch(/restore-blue failed eleven times.* Before it: CanaryRegressed: errors: green 6\d/);
    expect(await scene.atRest()).toBe('v1');
  });

  it.each([
    ['a canary of', 'Bake', SHORT, { errorRate: 0.6 }, /Before it: CanaryRegressed: errors: green 6\d/],
    ['the promotion of', 'PromoteGreen', AT_ONCE, {}, /Before it: AccessDeniedException: .*lambda:UpdateAlias/],
  ] as const)('names the permission without which blue could not be put back after %s', async (...row) => {
    const [, state, metadata, green, before] = row;
    const scene = await served();
    const execution = await reached(scene, state === 'Bake' ? state : 'VerifyGreen', metadata, green);
    const until = scene.now + 30 * MINUTE;
    scene.world.permissions.withheld = (_, action) => action === 'lambda:UpdateAlias' && scene.now < until;
    await scene.end(execution);
    await scene.world.runFor(40 * MINUTE);
    const record = await scene.record(execution.name);
    expect(record?.error).toBe('RestoreFailed');
    expect(record?.cause).toMatch(
      /restore-blue failed eleven times.* The last try: AccessDeniedException: .*UpdateAlias/,
    );
    expect(record?.cause).toMatch(before);
    expect(await scene.atRest()).toBe('v1');
  });

  it('says that blue itself fails where it dies in the canary of a green that fails too', async () => {
    const scene = await served();
    const running = await reached(scene, 'Bake', SHORT, { errorRate: 0.95 });
    scene.turn('v1', { errorRate: 1, crashes: 'out of memory' });
    const { record } = await scene.end(running);
    expect(record).toMatchObject({ outcome: 'aborted', error: 'InsufficientEvidence', liveFails: { version: '2' } });
    expect(record?.cause).toContain('blue itself had 100 %');
    await scene.change({ approval: { mode: 'none' } });
    const again = await scene.rollout({ name: 'v3' }, SHORT);
    expect(again.record).toMatchObject({ outcome: 'promoted' });
    expect(await scene.atRest()).toBe('v3');
  });
});

describe('what a notice says is in service', () => {
  it('is no model before there is one', async () => {
    const scene = await Scene.open();
    const { record } = await scene.rollout({ name: 'v1', crashes: 'no' });
    expect(record).toMatchObject({ outcome: 'rejected', liveVersionAfter: '1' });
    const words = 'version 1, blue, with all traffic; it names no model.';
    expect(scene.notices(record!.id).at(-1)?.message).toContain(`In service now: ${words}`);
    const page = await scene.world.run(scene.app.readText(`rollouts/digits/${record?.id}/report.html`));
    expect(page).toContain(words);
  });

  it('is no model while a person is asked about the first one', async () => {
    const scene = await Scene.open({ settings: { approval: { mode: 'before-promote', timeoutMinutes: 60 } } });
    await scene.upload({ name: 'v1' });
    await scene.reaches(await scene.started(), 'AwaitApproval');
    await scene.world.runFor(MINUTE);
    const words = 'In service now: version 1, blue, with all traffic; it names no model.';
    expect(scene.notices('approve version 2').at(-1)?.message).toContain(words);
  });

  it('is not green after a rollback that found it there', async () => {
    const scene = await served();
    await scene.rollout({ name: 'v2', errorRate: 0.6 }, AT_ONCE);
    const { record } = await scene.end(await scene.start({ action: 'rollback' }));
    expect(record?.outcome).toBe('already-live');
    expect(scene.notices(record!.id).at(-1)?.message).toContain('version 2 (v1.onnx), with all traffic.');
  });
});

it('a canary is not said to go on beside a blue that is itself again while that fails on', async () => {
  const scene = await served();
  scene.requestsPerMinute = 600;
  const execution = await reached(scene, 'Bake', { strategy: 'Canary10Percent15Minutes' });
  await scene.world.runFor(6 * MINUTE);
  scene.turn('v1', { errorRate: 0.9 });
  const { record } = await scene.end(execution);
  const notes = record?.state?.timeline.map(({ note }) => note).join('\n');
  expect(notes).toMatch(/^held: blue itself had/m);
  expect(notes).toMatch(/^blue fails, and green does not \(blue itself had [\d.]+ % .*\), after \d+ min that prove/m);
  expect(notes).not.toContain('itself again');
});

it('a rollback target that lost its object and then serves users is told again, as what is live', async () => {
  const scene = await served();
  const blue = (await scene.records()).at(-1)?.state?.green.model;
  const execution = await reached(scene, 'Watch', AT_ONCE, { errorRate: 0.6 });
  const gone = { Bucket: scene.app.bucket, Key: 'models/digits/v1.onnx', VersionId: blue?.versionId };
  await scene.world.run(scene.world.user.s3.send(new DeleteObjectCommand(gone)));
  await scene.world.runFor(2 * MINUTE);
  const { record } = await scene.end(execution);
  expect(record).toMatchObject({ outcome: 'reverted', liveVersionAfter: '2' });
  await scene.world.runFor(12 * MINUTE);
  expect(scene.notices('version 2, which is live, cannot be started').length).toBe(1);
});
