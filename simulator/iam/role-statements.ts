import { type DeployedResource, DeploymentFailed } from '../template';
import { parseStatements, type Statement } from './statement';

/** The managed policies that a role may name, with what they allow. Others are refused by name. */
const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const MANAGED: Readonly<Record<string, readonly string[]>> = {
  AWSLambdaBasicExecutionRole: LOGS,
  AWSXRayDaemonWriteAccess: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
};

/** Every statement of every role that is deployed, by the role's ARN: its own, its policies', its managed policies'. */
export function roleStatements(resources: readonly DeployedResource[]): ReadonlyMap<string, readonly Statement[]> {
  const of = (...types: readonly string[]) => resources.filter(({ type }) => types.includes(type));
  const own = new Map(
    of('AWS::IAM::ManagedPolicy').map(({ properties, deployed }) => [
      deployed.ref,
      parseStatements(properties.PolicyDocument),
    ]),
  );
  const managedStatements = (arn: string) => own.get(arn) ?? knownStatements(arn);
  const byRole = new Map<string, Statement[]>();
  const arnByName = new Map<string, string>();

  for (const { properties, deployed } of of('AWS::IAM::Role')) {
    const arn = String(deployed.attributes.Arn);
    arnByName.set(deployed.ref, arn);
    const inline = ((properties.Policies ?? []) as readonly { readonly PolicyDocument: unknown }[]).flatMap(
      ({ PolicyDocument }) => parseStatements(PolicyDocument),
    );
    const managed = ((properties.ManagedPolicyArns ?? []) as readonly unknown[]).map(String).flatMap(managedStatements);
    byRole.set(arn, [...inline, ...managed]);
  }
  for (const { properties } of of('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')) {
    const statements = parseStatements(properties.PolicyDocument);
    for (const name of ((properties.Roles ?? []) as readonly unknown[]).map(String))
      byRole.get(arnByName.get(name) ?? '')?.push(...statements);
  }
  // A function's own policy: in one account it is enough that either side allows a call.
  for (const { properties, deployed } of of('AWS::Lambda::Permission'))
    byRole.get(String(properties.Principal))?.push({
      ...{ effect: 'Allow', principals: [], notActions: [], notResources: [], conditions: {} },
      actions: [String(properties.Action)],
      resources: [String(deployed.attributes.Arn)],
    });
  return byRole;
}

function knownStatements(arn: string): readonly Statement[] {
  const actions = MANAGED[arn.split('/').at(-1) ?? ''];
  if (!actions) throw new DeploymentFailed(`the managed policy ${arn} is not known to the embedded engine`);
  return [
    { effect: 'Allow', principals: [], actions, notActions: [], resources: ['*'], notResources: [], conditions: {} },
  ];
}
