import { InvokeCommand } from '@aws-sdk/client-lambda';
import { Scene } from './harness';

it('ends the same when every step runs twice', async () => {
  const scene = await Scene.open();
  await scene.serve();
  const again = new Set<string>();
  const inSecondRun = { now: false };
  // Before a handler runs for the workflow, the same handler runs to its end with the same state.
  scene.world.hooks.onInvoke(async ({ handler, event, logicalId }) => {
    const forTheWorkflow =
      typeof event === 'object' && event !== null && ('executionArn' in event || 'execution' in event);
    if (!forTheWorkflow || inSecondRun.now) return;
    inSecondRun.now = true;
    const Payload = Buffer.from(JSON.stringify(event));
    const FunctionName = scene.world.stack.ref(logicalId);
    const answer = await scene.world.user.lambda.send(new InvokeCommand({ FunctionName, Payload }));
    inSecondRun.now = false;
    expect([handler, answer.FunctionError]).toEqual([handler, undefined]);
    again.add(handler);
  });
  const good = await scene.rollout({ name: 'v2' }, { strategy: 'Progressive' });
  expect([good.execution.status, good.execution.cause]).toEqual(['SUCCEEDED', undefined]);
  expect(good.record).toMatchObject({ outcome: 'promoted', liveVersionAfter: '3' });
  expect(good.record?.state?.weights.map(({ weight }) => weight)).toEqual([1, 5, 10, 25, 50, 100]);
  expect(scene.notices(good.execution.name)).toHaveLength(1);
  expect(await scene.versions()).toEqual(['2', '3']);
  expect(await scene.atRest()).toBe('v2');

  const bad = await scene.rollout({ name: 'v3', errorRate: 0.3 });
  expect(bad.execution).toMatchObject({ status: 'FAILED', error: 'CanaryRegressed' });
  expect(scene.notices(bad.execution.name)).toHaveLength(1);
  expect(await scene.atRest()).toBe('v2');

  scene.lose('aws.s3');
  await scene.upload({ name: 'v4' });
  const dry = await scene.end(await scene.start({ dryRun: true }));
  expect(dry.record).toMatchObject({ outcome: 'dry-run-passed' });
  expect(await scene.atRest()).toBe('v2');
  expect([...again].sort()).toEqual([
    'deploy-green',
    'discard-green',
    'finish-rollout',
    'judge-canary',
    'judge-live',
    'promote-green',
    'restore-blue',
    'shift-traffic',
    'validate-model',
    'verify-green',
  ]);
});
