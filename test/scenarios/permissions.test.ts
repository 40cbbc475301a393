import { HANDLER_NAMES } from '../../lib/handlers';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { like } from '../../simulator/iam/statement';
import { goldenSet } from '../../simulator/fake-model';
import { MINUTE, Scene, templateOf } from './harness';
import { ADA, buttonOf, press, show } from './widgets';

const GOLDEN = 'golden/digits.json';
const SHORT = { strategy: 'Canary10Percent5Minutes' };

/** What AWS's services do with a role by themselves; no client of ours makes these calls. */
const BY_SERVICES = /^(logs|xray|sqs|kms):/;

/** Granted, and needed by what the tour does not show. */
const REASONS: Readonly<Record<string, string>> = {
  'start-rollout dynamodb:DeleteItem': 'frees the lock of an upload whose execution had ended before',
  'start-rollout states:DescribeExecution': 'asks whether an execution that exists still runs',
  'restore-blue s3:GetObjectVersion':
    'looks whether the model of the version to go back to is there, after a promotion',
  'restore-blue s3:ListBucket': 'tells a model that was deleted from a forbidden one',
  'safety-net s3:GetObjectVersion': 'looks whether the model of the version to go back to is there, after a promotion',
  'safety-net s3:ListBucket': 'tells a model that was deleted from a forbidden one',
  'reconcile s3:ListBucket': 'tells a model that was deleted from a forbidden one',
  'promote-green s3:ListBucket': 'the same',
  'validate-model s3:ListBucket': 'tells a missing model from a forbidden one',
  'finish-rollout states:DescribeExecution': 'asks whether the execution of a waiting upload runs already',
  'restore-blue states:DescribeExecution': 'asks whether the execution of a waiting upload runs already',
  'restore-blue states:StartExecution': 'starts a waiting upload after a bad rollout',
  'safety-net s3:GetObject': 'reads the evidence for the report of a rollout that is stopped after its first weight',
  'reconcile cloudwatch:PutMetricData': 'counts versions that cannot be used any more',
  'reconcile s3:GetObject': 'the same where no event told of the stop',
  'safety-net states:StartExecution': 'starts a waiting upload after a stopped rollout',
  'reconcile states:StopExecution': 'its question was overwritten: test/scenarios/overwritten-items.long.ts',
  'reconcile states:StartExecution': 'starts a waiting upload that no one started',
  'start-rollout s3:ListBucket': 'tells an object that was deleted since from a forbidden one',
  'verify-green s3:GetObject': 'the golden set of a rollout that began before golden sets were pinned',
  'hand-out-work dynamodb:GetItem': 'which deploys wait, as one of them ends: test/scenarios/waves-turns.test.ts',
  'judge-canary lambda:InvokeFunction': 'asks both versions where blue dies: test/scenarios/dead-blue-canary.test.ts',
  'live-alias dynamodb:DeleteItem': 'removes the settings and the history of an endpoint that is taken out of the app',
  'replay-traffic cloudwatch:GetMetricData': 'nothing is there to replay: what the canary alone can prove is foreseen',
  'replay-traffic dynamodb:GetItem': 'an endpoint with samples replays them: test/scenarios/replay-traffic.long.ts',
  'replay-traffic dynamodb:PutItem': 'the same',
  'replay-traffic dynamodb:UpdateItem': 'the same',
  'replay-traffic lambda:InvokeFunction': 'the same',
  'replay-traffic s3:GetObject': 'the same: what a chunk before it has left',
  'replay-traffic s3:ListBucket': 'tells samples that are missing from forbidden ones',
  'replay-traffic s3:GetObjectVersion': 'the same: of the samples that it has begun with',
  'replay-traffic lambda:GetAccountSettings': 'the same',
  'replay-traffic lambda:GetFunctionConcurrency': 'the same',
  'replay-traffic s3:PutObject': 'the same',
  'deploy-green s3:PutObject':
    'keeps class names that are too many for an environment: test/scenarios/many-classes.long.ts',
  'call-hook dynamodb:PutItem': 'an endpoint with hooks calls them: test/scenarios/hooks.long.ts',
  'call-hook dynamodb:UpdateItem': 'the same',
  'call-hook lambda:InvokeFunction': 'the same, where a hook is in another account',
  'live-alias states:DescribeExecution': 'a deploy that CloudFormation repeats asks whether its execution still runs',
  'live-alias lambda:UpdateAlias': 'an app is destroyed during a canary: test/scenarios/taken-away.long.ts',
  'live-alias states:StopExecution': 'the same',
  'live-alias states:StartExecution': 'a deploy of new code starts a rollout',
};

it('grants no handler what nothing uses', async () => {
  const settings = { name: 'digits', goldenSet: { key: GOLDEN }, provisionedConcurrency: 1, vetoAlarms: ['broken'] };
  const scene = await Scene.open({ template: templateOf(settings) });
  const { world } = scene;
  world.services.cloudwatch.setAlarm('broken', 'OK');
  await world.run(scene.app.put(GOLDEN, JSON.stringify(goldenSet())));
  await scene.serve();
  await world.run(scene.app.put('models/digits/wrong.txt', 'x'));
  await world.run(scene.app.put('models/missing/v1.onnx', 'x'));
  await scene.change({ approval: { mode: 'before-promote' } });

  const v2 = await scene.upload({ name: 'v2' }, SHORT);
  const approved = await scene.started(({ input }) => input.includes(v2));
  await scene.reaches(approved, 'AwaitApproval');
  await world.runFor(1_000);
  for (const view of ['endpoints', 'comparison']) await show(scene, view);
  await scene.upload({ name: 'v3', errorRate: 0.3 }, SHORT);
  await scene.change({ approval: { mode: 'none' } });
  await world.runFor(5_000);
  await press(scene, buttonOf(await show(scene, 'rollout'), 'Approve'));
  await scene.end(await scene.started(({ input }) => input.includes('v3.onnx')));

  await scene.change({ approval: { mode: 'before-promote' } });
  const v4 = await scene.upload({ name: 'v4' }, SHORT);
  const waiting = await scene.started(({ input }) => input.includes(v4));
  await scene.reaches(waiting, 'AwaitApproval');
  scene.turn('v4', { errorRate: 0.6 });
  await scene.end(waiting);
  await scene.change({ approval: { mode: 'none' } });

  for (const lost of [false, true]) {
    const execution = await scene.start({ force: true, ...SHORT });
    await scene.reaches(execution, 'Bake');
    const find = lost ? scene.lose('aws.states') : () => undefined;
    await scene.stop(execution);
    await world.runFor(6 * MINUTE);
    find();
  }
  await scene.reaches(await scene.start({ force: true, ...SHORT }), 'Bake');
  await scene.end(await scene.start({ action: 'rollback' }));
  await scene.reaches(await scene.start({ force: true, ...SHORT }), 'Bake');
  await press(scene, buttonOf(await show(scene, 'rollout'), 'Abort'));
  const { version } = await scene.alias();
  const earlier = (await scene.livePeriods()).find((period) => period.version !== version)?.version;
  await press(scene, buttonOf(await show(scene, 'rollout'), 'Roll back'), { ...ADA, to: earlier });
  await scene.end(world.executions.at(-1)!);
  await press(scene, buttonOf(await show(scene, 'rollout'), 'Keep idle versions for a day'));
  await scene.end(await scene.start({ dryRun: true, force: true }));
  await scene.end(await scene.start({ endpoint: 'nobody' }));
  const hold = Buffer.from(JSON.stringify({ endpoint: 'digits', postponeUntil: null }));
  const FunctionName = world.stack.ref(scene.logicalId('teardown-idle'));
  await world.run(world.user.lambda.send(new InvokeCommand({ FunctionName, Payload: hold })));
  await world.runFor(60 * MINUTE);

  const handlers = new Map(HANDLER_NAMES.map((handler) => [scene.logicalId(handler), handler]));
  const used = world.permissions.used();
  const isUsed = (logicalId: string, action: string) =>
    used.some((one) => one.logicalId === logicalId && like(action, one.action));
  const unused = world.permissions
    .granted()
    .filter(
      ({ logicalId, action }) => handlers.has(logicalId) && !BY_SERVICES.test(action) && !isUsed(logicalId, action),
    )
    .map(({ logicalId, action }) => `${handlers.get(logicalId)} ${action}`);
  expect([...new Set(unused)].sort()).toEqual(Object.keys(REASONS).sort());
});
