import { Stack } from 'aws-cdk-lib';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';

type PolicyLine = Readonly<Record<'Effect' | 'Principal' | 'Action', unknown>>;
const CLOUDWATCH = 'cloudwatch.amazonaws.com';
const SEE = "docs/guides/operations.md, 'A topic of your own'";

/**
 * Why alarms would not arrive at a topic that is made in the same app, one sentence for each reason: CloudWatch drops
 * what it may not publish, and tells only the alarm's history.
 */
export function whyAlarmsAreLost(topic: sns.Topic): string[] {
  const found: string[] = [];
  const name = topic.node.path;
  const policies = policiesOf(topic);
  if (policies.length > 0 && !allowed(policies.flat(), ['sns:Publish']))
    found.push(
      `The topic ${name} has a policy that does not let ${CLOUDWATCH} do sns:Publish, so that alarms would be ` +
        `lost in silence; ${SEE}, has the statement`,
    );
  const cfn = topic.node.defaultChild as sns.CfnTopic;
  const key: unknown = Stack.of(topic).resolve(cfn.kmsMasterKeyId);
  if (JSON.stringify(key ?? '').includes('alias/aws/sns'))
    found.push(
      `The topic ${name} is encrypted under alias/aws/sns, whose policy does not know alarms and cannot be ` +
        `changed; use a key of your own (${SEE})`,
    );
  const statements = keyStatements(topic);
  if (statements !== undefined && !allowed(statements, ['kms:Decrypt', 'kms:GenerateDataKey']))
    found.push(
      `The key of the topic ${name} does not let ${CLOUDWATCH} do kms:Decrypt and kms:GenerateDataKey*, so that ` +
        `alarms would be lost in silence; ${SEE}, has the statement`,
    );
  return found;
}

/** Every policy in the app that is about the topic. */
function policiesOf(topic: sns.Topic): readonly (readonly PolicyLine[])[] {
  const stack = Stack.of(topic);
  const itself = JSON.stringify(stack.resolve(topic.topicArn));
  return topic.node.root.node
    .findAll()
    .filter((one): one is sns.CfnTopicPolicy => one instanceof sns.CfnTopicPolicy && Stack.of(one) === stack)
    .filter(({ topics }) => topics.some((one) => JSON.stringify(stack.resolve(one)) === itself))
    .map(({ policyDocument }) => statementsOf(stack.resolve(policyDocument)));
}

/** Undefined where the topic has no key, or one that is not made in this app. */
function keyStatements({ masterKey }: sns.Topic): readonly PolicyLine[] | undefined {
  const cfn = masterKey?.node.defaultChild;
  return cfn instanceof CfnKey ? statementsOf(Stack.of(cfn).resolve(cfn.keyPolicy)) : undefined;
}

const statementsOf = (document: unknown): readonly PolicyLine[] =>
  [(document as { readonly Statement?: PolicyLine | readonly PolicyLine[] }).Statement ?? []].flat();

function allowed(statements: readonly PolicyLine[], actions: readonly string[]): boolean {
  const allows = statements.filter(({ Effect, Principal }) => Effect === 'Allow' && isCloudWatch(Principal));
  const patterns = allows.flatMap(({ Action }) => [Action as string | readonly string[]].flat());
  const covers = (pattern: string, action: string) =>
    pattern.endsWith('*')
      ? action.toLowerCase().startsWith(pattern.slice(0, -1).toLowerCase())
      : pattern.toLowerCase() === action.toLowerCase();
  return actions.every((action) => patterns.some((pattern) => covers(pattern, action)));
}

/** An account as a principal stands for its roles and users, not for the services that act for its resources. */
function isCloudWatch(principal: unknown): boolean {
  if (typeof principal !== 'object' || principal === null) return principal === '*';
  const { Service: service, AWS: aws } = principal as { readonly Service?: unknown; readonly AWS?: unknown };
  return [service].flat().includes(CLOUDWATCH) || [aws].flat().includes('*');
}
