import type { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { AppResources, EndpointResources } from '../app-resources';
import { acceptWildcard } from '../nag-reasons';
import type { Right } from './right';

/** Gives a handler's role what the app as a whole allows it. */
export function grantInApp(role: Role, rights: readonly Right[], app: AppResources): void {
  for (const right of rights) if (right.of === 'app') add(role, right.statements(app), app);
}

/** Gives a handler's role what it needs for one endpoint; called once for each. */
export function grantForEndpoint(
  role: Role,
  rights: readonly Right[],
  app: AppResources,
  endpoint: EndpointResources,
): void {
  for (const right of rights) if (right.of === 'endpoint') add(role, right.statements(app, endpoint), app);
}

function add(role: Role, statements: readonly PolicyStatement[], app: AppResources): void {
  for (const statement of statements) {
    role.addToPolicy(statement);
    for (const resource of statement.resources) explainWildcard(role, nagName(app, resource));
  }
}

/** cdk-nag writes a resource with its references in angle brackets: `<ModelsBucketE1.Arn>/models/*`. */
function nagName({ stack }: AppResources, resource: string): string {
  return flatten(stack.resolve(resource));
}

function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(flatten).join('');
  if (typeof value !== 'object' || value === null) return String(value);
  const [key, inner] = (Object.entries(value)[0] ?? ['', '']) as [string, unknown];
  switch (key) {
    case 'Fn::Join':
      return flatten((inner as readonly unknown[])[1]);
    case 'Fn::GetAtt':
      return `<${(inner as readonly string[]).join('.')}>`;
    case 'Ref':
      return `<${String(inner)}>`;
    default:
      return JSON.stringify(value);
  }
}

function explainWildcard(role: Role, resource: string): void {
  if (resource === '*')
    acceptWildcard(role, '*', 'X-Ray, CloudWatch and the listing of streams cannot be limited to resources.');
  else if (resource.includes('*'))
    acceptWildcard(role, resource, 'Versions, objects and executions get their names at run time; the prefix is ours.');
}
