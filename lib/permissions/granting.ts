import {
  type AddToPrincipalPolicyResult,
  type IPrincipal,
  PolicyDocument,
  type PolicyStatement,
  Role,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { AppResources } from '../app-resources';
import { acceptWildcard, nagName } from '../nag-reasons';
import type { Right } from './rights';

/** Gives a handler's role its rights. */
export function grant(role: Role, rights: readonly Right[], app: AppResources): void {
  for (const statement of rights.flatMap((right) => right(app))) {
    role.addToPolicy(statement);
    for (const resource of statement.resources) explainWildcard(role, nagName(app.stack, resource));
  }
}

function explainWildcard(role: Role, resource: string): void {
  if (resource === '*')
    acceptWildcard(role, '*', 'X-Ray, CloudWatch and the listing of streams cannot be limited to resources.');
  else if (resource.includes(':function:'))
    acceptWildcard(role, resource, "Only functions with the control plane's tag, or of accounts that allow it.");
  else if (resource.includes('*'))
    acceptWildcard(role, resource, 'Versions, objects and executions get their names at run time; the prefix is ours.');
}

/**
 * A role whose rights are a part of it: a policy beside it would be one more of the 500 resources that a stack may
 * have.
 */
export class OwnRole extends Role {
  private readonly rights: PolicyDocument;

  constructor(scope: Construct, id: string, assumedBy: IPrincipal) {
    const rights = new PolicyDocument();
    super(scope, id, { assumedBy, inlinePolicies: { Rights: rights } });
    this.rights = rights;
  }

  override addToPrincipalPolicy(statement: PolicyStatement): AddToPrincipalPolicyResult {
    this.rights.addStatements(statement);
    return { statementAdded: true, policyDependable: this };
  }
}
