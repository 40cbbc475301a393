import type { HandlerName } from '../../lib/handlers';
import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { isAwsError } from '../../lambdas/adapters/sdk/answers';
import { ENV, TEARDOWN_FUNCTION } from '../../lambdas/contract/names';
import { AppUnknown } from '../failure';

/**
 * The names of an app's table, bucket and state machine, as the trigger's function is told them, and those of the
 * teardown's function and the dashboard. These are found by their logical ids, which the constructs decide, so that
 * this works for the constructs in another CDK app too.
 * @throws AppUnknown
 */
export async function namesInStack(
  stack: string,
  cloudFormation: CloudFormationClient,
  lambda: LambdaClient,
): Promise<Readonly<Record<string, string>>> {
  const resources = await resourcesOf(stack, cloudFormation);
  const trigger = handlerIn(resources, 'start-rollout');
  const teardown = handlerIn(resources, 'teardown-idle');
  const dashboard = resources.find(({ type, logicalId }) => type === BOARD.type && BOARD.id.test(logicalId))?.name;
  if (trigger === undefined || teardown === undefined)
    throw new AppUnknown(`stack ${stack}: has no Greenlight in it, or is not deployed yet`, [
      { what: 'Name the stack that has, with --stack' },
    ]);
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: trigger }));
  const told = Environment?.Variables ?? {};
  const names = Object.values(ENV).flatMap((name) => (told[name] === undefined ? [] : [[name, told[name]] as const]));
  return {
    ...Object.fromEntries(names),
    ...(dashboard !== undefined && { [ENV.dashboard]: dashboard }),
    [TEARDOWN_FUNCTION]: teardown,
  };
}

interface NamedResource {
  readonly type: string;
  readonly logicalId: string;
  readonly name: string;
}

/** `ModelsDashboardBoard1A2B3C4D`: a stack may have dashboards of a team's own beside it. */
const BOARD = { type: 'AWS::CloudWatch::Dashboard', id: /DashboardBoard[0-9A-F]{8}$/ } as const;

/** `ModelsstartrolloutFunction1A2B3C4D`: ids of the constructs without their hyphens, then the CDK's hash. */
export function handlerIn(resources: readonly NamedResource[], handler: HandlerName): string | undefined {
  const id = new RegExp(`${handler.replaceAll('-', '')}Function[0-9A-F]{8}$`, 'i');
  return resources.find(({ type, logicalId }) => type === 'AWS::Lambda::Function' && id.test(logicalId))?.name;
}

/** @throws AppUnknown */
export async function resourcesOf(stack: string, client: CloudFormationClient): Promise<readonly NamedResource[]> {
  const found: NamedResource[] = [];
  try {
    for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: stack }))
      for (const {
        ResourceType: type,
        LogicalResourceId: logicalId,
        PhysicalResourceId: name,
      } of StackResourceSummaries)
        if (type !== undefined && logicalId !== undefined && name !== undefined) found.push({ type, logicalId, name });
  } catch (error) {
    if (isAwsError(error, 'ValidationError') && /does not exist/.test((error as Error).message))
      throw new AppUnknown(`stack ${stack}: there is none in this account and region`, [
        { what: 'Name the stack with --stack, the region with --region, the account with AWS_PROFILE' },
        { what: 'Or look at a recording of the demo', command: 'greenlight status --demo' },
      ]);
    throw error;
  }
  return found;
}
