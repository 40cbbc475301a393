import { type DeployedResource, DeploymentFailed } from '../template';
import type { RequiredAction } from './action-table';
import { applies, parseStatements, type RequestContext, type Statement } from './statement';

/** A service of AWS that acts for a resource of the account, such as CloudWatch for an alarm. */
export interface ActingService {
  readonly principal: string;
  readonly sourceArn: string;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The key that a resource of each type is encrypted with. */
const keyOf = (properties: DeployedResource['properties']): Readonly<Record<string, string | undefined>> => {
  const { KmsMasterKeyId, KmsKeyArn, SSESpecification, BucketEncryption } = properties;
  const { KMSMasterKeyId: ofTable } = (SSESpecification ?? {}) as { readonly KMSMasterKeyId?: unknown };
  const { ServerSideEncryptionConfiguration: rules = [] } = (BucketEncryption ?? {}) as {
    readonly ServerSideEncryptionConfiguration?: readonly {
      readonly ServerSideEncryptionByDefault?: { readonly KMSMasterKeyID?: unknown };
    }[];
  };
  return {
    'AWS::SNS::Topic': text(KmsMasterKeyId),
    'AWS::SQS::Queue': text(KmsMasterKeyId),
    'AWS::Lambda::Function': text(KmsKeyArn),
    'AWS::DynamoDB::Table': text(ofTable),
    'AWS::S3::Bucket': text(rules[0]?.ServerSideEncryptionByDefault?.KMSMasterKeyID),
  };
};

/**
 * What a call needs of the key of what it uses. A call that is not named needs nothing of it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
const NEEDED_OF_KEYS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(sns:Publish|sqs:SendMessage)$/, ['kms:GenerateDataKey', 'kms:Decrypt']],
  [/^sqs:ReceiveMessage$/, ['kms:Decrypt']],
  [/^dynamodb:/, ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey']],
  [/^s3:GetObject/, ['kms:Decrypt']],
  [/^s3:PutObject$/, ['kms:GenerateDataKey']],
  [/^lambda:UpdateFunctionConfiguration$/, ['kms:Encrypt', 'kms:CreateGrant']],
];

/** A grant is asked for a service of AWS, which acts for the function. */
const FOR_LAMBDA = { 'kms:GrantIsForAWSResource': 'true' };

/** The policies of topics, keys and buckets. They decide for services; of people and functions they can only refuse. */
export class ResourcePolicies {
  private topics: ReadonlyMap<string, { readonly policy?: readonly Statement[]; readonly key?: string }> = new Map();
  private keys: ReadonlyMap<string, readonly Statement[]> = new Map();
  private buckets: ReadonlyMap<string, readonly Statement[]> = new Map();
  /** What is encrypted with a key of the app, by the start of its ARN. */
  private encrypted: readonly { readonly arn: string; readonly key: string }[] = [];

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
    this.encrypted = resources.flatMap(({ type, properties, deployed: { ref, attributes } }) => {
      const key = keyOf(properties)[type];
      const arn = type === 'AWS::SNS::Topic' ? ref : String(attributes.Arn);
      return key !== undefined && this.keys.has(key) ? [{ arn, key }] : [];
    });
    for (const { properties, deployed } of of('AWS::Logs::LogGroup')) this.checkLogGroup(deployed, properties.KmsKeyId);
  }

  /** CloudWatch Logs tries the key when a group is made: a policy that does not know it fails the deploy. */
  private checkLogGroup({ ref, attributes }: DeployedResource['deployed'], key: unknown): void {
    const policy = this.keys.get(String(key));
    const [, , , region] = String(attributes.Arn).split(':');
    const service = { principal: `logs.${region}.amazonaws.com`, sourceArn: String(attributes.Arn) };
    const context = { 'kms:EncryptionContext:aws:logs:arn': String(attributes.Arn).replace(/:\*$/, '') };
    const needed = ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'];
    if (policy && !needed.every((action) => this.allows(policy, service, action, String(key), context)))
      throw new DeploymentFailed(`The specified KMS key does not exist or is not allowed to be used with ${ref}`);
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

  /**
   * What a caller needs beside the right to use what is encrypted: the services use the key with the caller's rights.
   */
  rightsToKeys(required: readonly RequiredAction[]): readonly RequiredAction[] {
    if (this.encrypted.length === 0) return [];
    return required.flatMap(({ action, resource }) => {
      const actions = NEEDED_OF_KEYS.find(([of]) => of.test(action))?.[1] ?? [];
      const { key } = this.encrypted.find(({ arn }) => `${resource}/`.startsWith(`${arn}/`)) ?? {};
      return key === undefined ? [] : actions.map((one) => ({ action: one, resource: key, context: FOR_LAMBDA }));
    });
  }

  /** Whether a bucket's policy refuses what a person or a function asks for, whatever their own rights are. */
  denies({ action, resource, context = {} }: RequiredAction, tags: Readonly<Record<string, string>>): boolean {
    const bucket = /^arn:[^:]*:s3:::([^/]+)/.exec(resource)?.[1];
    const policy = this.buckets.get(bucket ?? '');
    if (policy === undefined) return false;
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

  private allows(
    policy: readonly Statement[],
    service: ActingService,
    action: string,
    resource: string,
    context: RequestContext = {},
  ): boolean {
    const request = {
      'aws:SecureTransport': 'true',
      'aws:SourceAccount': this.account,
      'aws:SourceArn': service.sourceArn,
      ...context,
    };
    const speaking = policy.filter(
      (one) =>
        (one.principals.includes('*') || one.principals.includes(service.principal)) &&
        applies(one, action, resource, request),
    );
    return speaking.length > 0 && speaking.every(({ effect }) => effect === 'Allow');
  }
}
