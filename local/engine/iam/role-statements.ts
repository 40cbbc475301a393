import type { Resolve } from '../deploy/intrinsics';
import { DeploymentFailed, type Template } from '../deploy/template';
import { parseStatements, type Statement } from './statement';

/** The managed policies that a role may name, with what they allow. Others are refused by name. */
const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const MANAGED: Readonly<Record<string, readonly string[]>> = {
  AWSLambdaBasicExecutionRole: LOGS,
  AWSXRayDaemonWriteAccess: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
};

/** Every statement of every role in the template, by the role's ARN: its own, its policies', its managed policies'. */
export function roleStatements(template: Template, resolve: Resolve): ReadonlyMap<string, readonly Statement[]> {
  const own = new Map(
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === 'AWS::IAM::ManagedPolicy')
      .map(([id, { Properties }]) => [
        String(resolve({ Ref: id })),
        parseStatements(resolve(Properties?.PolicyDocument)),
      ]),
  );
  const managedStatements = (arn: string) => own.get(arn) ?? knownStatements(arn);
  const byRole = new Map<string, Statement[]>();
  const arnByName = new Map<string, string>();
  const resources = Object.entries(template.Resources);

  for (const [id, { Type, Properties = {} }] of resources) {
    if (Type !== 'AWS::IAM::Role') continue;
    const arn = String(resolve({ 'Fn::GetAtt': [id, 'Arn'] }));
    arnByName.set(String(resolve({ Ref: id })), arn);
    const inline = (resolve(Properties.Policies ?? []) as { readonly PolicyDocument: unknown }[]).flatMap(
      ({ PolicyDocument }) => parseStatements(PolicyDocument),
    );
    const managed = (resolve(Properties.ManagedPolicyArns ?? []) as unknown[]).map(String).flatMap(managedStatements);
    byRole.set(arn, [...inline, ...managed]);
  }
  for (const [, { Type, Properties = {} }] of resources) {
    if (Type !== 'AWS::IAM::Policy' && Type !== 'AWS::IAM::ManagedPolicy') continue;
    const statements = parseStatements(resolve(Properties.PolicyDocument));
    for (const name of (resolve(Properties.Roles ?? []) as unknown[]).map(String)) {
      byRole.get(arnByName.get(name) ?? '')?.push(...statements);
    }
  }
  return byRole;
}

function knownStatements(arn: string): readonly Statement[] {
  const actions = MANAGED[arn.split('/').at(-1) ?? ''];
  if (!actions) throw new DeploymentFailed(`the managed policy ${arn} is not known to the embedded engine`);
  return [{ effect: 'Allow', actions, notActions: [], resources: ['*'], notResources: [], conditions: {} }];
}
