import {
  type CloudFormationClient,
  CloudFormationClient as RealClient,
  type ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { ENV, TEARDOWN_FUNCTION } from '../../lambdas/contract/names';
import { namesInStack } from '../../cli/app/names-in-stack';
import { AppUnknown } from '../../cli/failure';
import { Scene, templateOf } from '../scenarios/harness';

const PAGE = 20;
const BOARD = 'AWS::CloudWatch::Dashboard';

/** CloudFormation's list of a scene's stack, page by page; the embedded engine has no such service. */
function stackOf(scene: Scene, left: (type: string) => boolean = () => true): CloudFormationClient {
  const own = Object.entries(templateOf({ name: 'digits' }).Resources).map(([LogicalResourceId, { Type }]) => ({
    LogicalResourceId,
    ResourceType: Type,
    ...(Type === 'AWS::Lambda::Function' && { PhysicalResourceId: scene.world.stack.ref(LogicalResourceId) }),
    ...(Type === BOARD && { PhysicalResourceId: 'Greenlight-eu-central-1' }),
  }));
  const ofTeam = { LogicalResourceId: 'TeamBoard1A2B3C4D', ResourceType: BOARD, PhysicalResourceId: 'Team' };
  const all = [ofTeam, ...own.filter(({ ResourceType }) => left(ResourceType))];
  return Object.assign(Object.create(RealClient.prototype as object) as CloudFormationClient, {
    send: async ({ input }: ListStackResourcesCommand) => {
      if (input.StackName !== 'Greenlight')
        throw Object.assign(new Error(`Stack with id ${input.StackName} does not exist`), { name: 'ValidationError' });
      const from = Number(input.NextToken ?? 0);
      const next = from + PAGE < all.length ? { NextToken: String(from + PAGE) } : {};
      return { StackResourceSummaries: all.slice(from, from + PAGE), ...next };
    },
  });
}

it('finds the table, the bucket, the machine and the teardown of an app by its stack', async () => {
  const scene = await Scene.open();
  const names = await scene.world.run(namesInStack('Greenlight', stackOf(scene), scene.world.user.lambda));
  expect(names).toMatchObject({
    [ENV.table]: scene.environment[ENV.table],
    [ENV.bucket]: scene.app.bucket,
    [ENV.stateMachine]: scene.app.stateMachineArn,
    [TEARDOWN_FUNCTION]: scene.world.stack.ref(scene.logicalId('teardown-idle')),
  });
});

it("takes no dashboard of the team's own for the app's, also where the app has none", async () => {
  const scene = await Scene.open();
  const dashboard = async (stack: CloudFormationClient) =>
    (await scene.world.run(namesInStack('Greenlight', stack, scene.world.user.lambda)))[ENV.dashboard];
  expect(await dashboard(stackOf(scene))).toBe('Greenlight-eu-central-1');
  expect(await dashboard(stackOf(scene, (type) => type !== BOARD))).toBeUndefined();
});

it('says that there is no such stack, or that it has no Greenlight in it', async () => {
  const scene = await Scene.open();
  const missing = namesInStack('Other', stackOf(scene), scene.world.user.lambda);
  await expect(missing).rejects.toThrow(AppUnknown);
  await expect(missing).rejects.toThrow('stack Other: there is none in this account and region');
  const empty = Object.assign(stackOf(scene), { send: async () => ({ StackResourceSummaries: [] }) });
  await expect(namesInStack('Greenlight', empty, scene.world.user.lambda)).rejects.toThrow('has no Greenlight in it');
});
