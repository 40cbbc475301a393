import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A rule of cdk-nag that does not hold for a construct, and why that is right. Findings are named as cdk-nag names them. */
export function accept(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: rule, reason });
}

/** Accepts one finding of "the role has a wildcard", named by the resource as cdk-nag writes it. */
export const acceptWildcard = (role: IConstruct, resource: string, reason: string): void =>
  accept(role, `AwsSolutions-IAM5[Resource::${resource}]`, reason);
