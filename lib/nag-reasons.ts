import { type Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * A rule of cdk-nag that does not hold for a construct, and why that is right. Findings are named as cdk-nag names
 * them.
 */
export function accept(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: rule, reason });
}

/** Accepts one finding of "the role has a wildcard", named by the resource as cdk-nag writes it. */
export const acceptWildcard = (role: IConstruct, resource: string, reason: string): void =>
  accept(role, `AwsSolutions-IAM5[Resource::${resource}]`, reason);

/** cdk-nag writes a resource with its references in angle brackets: `<ModelsBucketE1.Arn>/models/*`. */
export const nagName = (stack: Stack, resource: string): string => flatten(stack.resolve(resource));

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
