import { DescribeStacksCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import type { Clients } from './clients';
import { AppNotFound } from './errors';

export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  /** CloudFormation's, for example CREATE_COMPLETE or DELETE_SKIPPED. */
  readonly status: string;
}

/** A deployed stack, as CloudFormation describes it. */
export interface DeployedStack {
  /** Its ARN: names it even after it was deleted. */
  readonly id: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly StackResource[];
}

/** @throws {AppNotFound} when there is no such stack. */
export async function readStack({ cloudformation }: Clients, name: string): Promise<DeployedStack> {
  const { Stacks: [stack] = [] } = await cloudformation
    .send(new DescribeStacksCommand({ StackName: name }))
    .catch((error: unknown) => {
      throw new AppNotFound(`no stack ${name}: ${String(error)}`, {
        cause: error,
      });
    });
  if (stack?.StackId === undefined) throw new AppNotFound(`no stack ${name}`);
  const outputs = (stack.Outputs ?? []).map(
    ({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue] as const,
  );
  return {
    id: stack.StackId,
    outputs: Object.fromEntries(outputs),
    resources: await listed(cloudformation, name),
  };
}

async function listed(cloudformation: Clients['cloudformation'], name: string): Promise<readonly StackResource[]> {
  const found: StackResource[] = [];
  for (let token: string | undefined, first = true; first || token !== undefined; first = false) {
    const page = await cloudformation.send(
      new ListStackResourcesCommand({
        StackName: name,
        ...(token !== undefined && { NextToken: token }),
      }),
    );
    for (const one of page.StackResourceSummaries ?? []) {
      const { LogicalResourceId: logicalId = '', PhysicalResourceId: physicalId = '' } = one;
      found.push({
        logicalId,
        physicalId,
        type: one.ResourceType ?? '',
        status: one.ResourceStatus ?? '',
      });
    }
    token = page.NextToken;
  }
  return found;
}

/** The physical id of the only resource of a type. @throws {AppNotFound} */
export function onlyOf({ id, resources }: DeployedStack, type: string): string {
  const found = resources.filter((resource) => resource.type === type);
  if (found.length !== 1 || found[0] === undefined)
    throw new AppNotFound(`stack ${id} has ${found.length} resources of type ${type}, not one`);
  return found[0].physicalId;
}
