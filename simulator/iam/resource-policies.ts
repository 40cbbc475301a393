import type { DeployedResource } from '../template';
import type { RequiredAction } from './action-table';
import { applies, parseStatements, type Statement } from './statement';

/** A service of AWS that acts for a resource of the account, such as CloudWatch for an alarm. */
export interface ActingService {
  readonly principal: string;
  readonly sourceArn: string;
}

/** The policies of topics, keys and buckets. They decide for services; of people and functions they can only refuse. */
export class ResourcePolicies {
  private topics: ReadonlyMap<string, { readonly policy?: readonly Statement[]; readonly key?: string }> = new Map();
  private keys: ReadonlyMap<string, readonly Statement[]> = new Map();
  private buckets: ReadonlyMap<string, readonly Statement[]> = new Map();

  constructor(private readonly account: string) {}

  /** Reads the policies of what is deployed. */
  load(resources: readonly DeployedResource[]): void {
    const of = (type: string) => resources.filter((one) => one.type === type);
    const keys = of('AWS::KMS::Key').map(
      ({ properties, deployed }) => [deployed, parseStatements(properties.KeyPolicy ?? {})] as const,
    );
    this.keys = new Map(
      keys.flatMap(([{ ref, attributes }, policy]) => [
        [ref, policy],
        [String(attributes.Arn), policy],
      ]),
    );
    this.topics = new Map(
      of('AWS::SNS::Topic').map(({ properties, deployed: { ref } }) => {
        const policies = of('AWS::SNS::TopicPolicy').filter(({ properties: { Topics } }) =>
          (Topics as readonly unknown[]).includes(ref),
        );
        const policy = policies.flatMap((one) => parseStatements(one.properties.PolicyDocument));
        const { KmsMasterKeyId: key } = properties;
        return [ref, { ...(policies.length > 0 && { policy }), ...(typeof key === 'string' && { key }) }];
      }),
    );
    this.buckets = new Map(
      of('AWS::S3::BucketPolicy').map(({ properties }) => [
        String(properties.Bucket),
        parseStatements(properties.PolicyDocument),
      ]),
    );
  }

  /** Why a service may not publish to a topic, in the words of an alarm's history; undefined when it may. */
  publishRefused(topicArn: string, service: ActingService): string | undefined {
    const topic = this.topics.get(topicArn);
    if (!topic) return `Topic does not exist: ${topicArn}`;
    // A topic without a policy has the default one, which lets the account's own resources publish.
    if (topic.policy !== undefined && !this.allows(topic.policy, service, 'sns:Publish', topicArn))
      return `Resource: ${service.sourceArn} is not authorized to perform: SNS:Publish on resource: ${topicArn}`;
    if (topic.key === undefined) return undefined;
    const policy = this.keys.get(topic.key) ?? [];
    const mayEncrypt = ['kms:GenerateDataKey', 'kms:Decrypt'].every((action) =>
      this.allows(policy, service, action, topic.key ?? ''),
    );
    return mayEncrypt
      ? undefined
      : 'CloudWatch Alarms does not have authorization to access the SNS topic encryption key.';
  }

  /** What a publisher with a role needs beside the right to publish: SNS uses the topic's key with the publisher's rights. */
  rightsToPublish(topicArn: string): readonly RequiredAction[] {
    const key = this.topics.get(topicArn)?.key;
    if (key === undefined || !this.keys.has(key)) return [];
    return ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({ action, resource: key }));
  }

  /** Whether a bucket's policy refuses what a person or a function asks for, whatever their own rights are. */
  denies({ action, resource, context = {} }: RequiredAction, tags: Readonly<Record<string, string>>): boolean {
    const bucket = /^arn:[^:]*:s3:::([^/]+)/.exec(resource)?.[1];
    const policy = this.buckets.get(bucket ?? '') ?? [];
    const tagged = Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
    const request = {
      'aws:SecureTransport': 'true',
      'aws:PrincipalAccount': this.account,
      ...(Object.fromEntries(tagged) as Record<string, string>),
      ...context,
    };
    return policy.some(
      (one) => one.effect === 'Deny' && one.principals.includes('*') && applies(one, action, resource, request),
    );
  }

  private allows(policy: readonly Statement[], service: ActingService, action: string, resource: string): boolean {
    const request = {
      'aws:SecureTransport': 'true',
      'aws:SourceAccount': this.account,
      'aws:SourceArn': service.sourceArn,
    };
    const speaking = policy.filter(
      (one) =>
        (one.principals.includes('*') || one.principals.includes(service.principal)) &&
        applies(one, action, resource, request),
    );
    return speaking.length > 0 && speaking.every(({ effect }) => effect === 'Allow');
  }
}
