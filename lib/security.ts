import { Annotations, ArnFormat, Aspects, Aws, Stack, Tags } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct, IConstruct } from 'constructs';
import { HANDLER_METADATA } from '../lambdas/contract/names';
import type { HandlerName } from './handlers';
import { acceptWildcard } from './nag-reasons';
import { functionArn } from './permissions/rights';
import { SettingsRefused } from './settings/settings-refused';
import { Storage } from './storage';

/**
 * What functions in a VPC call, by the last part of the endpoints' names, `com.amazonaws.<region>.<name>`. The first
 * two are gateways, the others interfaces. Lambda itself writes logs, traces and dead letters, and needs none there.
 */
export const VPC_ENDPOINTS = ['s3', 'dynamodb', 'lambda', 'states', 'monitoring', 'sns', 'sqs', 'events'] as const;

/** Where the functions of Greenlight run. */
export interface VpcPlacement {
  /** The VPC of all of them. */
  readonly vpc: ec2.IVpc;
  /**
   * Subnets of the functions, at least two zones.
   * @default - the VPC's isolated subnets
   */
  readonly subnets?: ec2.SubnetSelection;
  /**
   * Ids of the managed prefix lists of S3 and DynamoDB in this region, `pl-…`: `aws ec2 describe-managed-prefix-lists`
   * names them. Requests to these two leave by the VPC's gateway endpoints.
   */
  readonly prefixLists: readonly string[];
  /**
   * Whether to make the endpoints of `VPC_ENDPOINTS` as well. Then requests to interfaces may reach those alone, else
   * whatever listens to HTTPS inside the VPC. An interface costs about 7 dollars a month and zone.
   * @default false: the VPC has them
   */
  readonly makeEndpoints?: boolean;
}

/** What a security team asks for, a property each. */
export interface SecurityProps {
  /**
   * A key of your own for everything that is stored: bucket, table, notices, work, dead letters, logs and the
   * functions' environment. A key of this app gets what its policy must allow; that of another app needs it beforehand,
   * see docs/guides/security.md.
   * @default - keys that AWS manages, and one for notices
   */
  readonly key?: IKey;
  /**
   * A VPC for every function that Greenlight makes, with no way out but to the services that they call.
   * @default - none: Lambda's own network
   */
  readonly vpc?: VpcPlacement;
  /**
   * A bucket for the access logs of the bucket with models. AWS writes them under keys of S3 only.
   * @default - none
   */
  readonly accessLogs?: IBucket;
  /**
   * The permissions boundary of every role.
   * @default - none
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;
  /**
   * Tags of every resource that takes some.
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** What belongs to the control plane alone is refused for an endpoint. @throws SettingsRefused */
export function checkOfEndpoint(endpoint: string, { accessLogs, vpc }: SecurityProps): void {
  const problems: string[] = [];
  if (accessLogs !== undefined)
    problems.push(`${endpoint}: security.accessLogs is set: no endpoint has a bucket; give it to the control plane`);
  if (vpc?.makeEndpoints === true)
    problems.push(
      `${endpoint}: security.vpc.makeEndpoints is true: a VPC takes these once, not for each model; give it to ` +
        'the control plane, or to secure(stack, …)',
    );
  if (problems.length > 0) throw new SettingsRefused(problems);
}

const held = new WeakMap<IConstruct, SecurityProps>();

/** The key that a construct is held to, once it is. */
export const keyOver = (construct: IConstruct): IKey | undefined =>
  construct.node.scopes.map((above) => held.get(above)).find((props) => props !== undefined)?.key;

/**
 * Holds everything below a construct to these properties, and what is added to it later. What is made elsewhere, such
 * as a function of your own, is left alone; so is what a construct above holds already. The constructs of Greenlight do
 * it by themselves, for their property `security`.
 */
export function secure(scope: Construct, props: SecurityProps): void {
  if (scope.node.scopes.some((above) => held.has(above))) return;
  held.set(scope, props);
  const { key, vpc, accessLogs, permissionsBoundary, tags } = props;
  for (const [name, value] of Object.entries(tags ?? {})) Tags.of(scope).add(name, value);
  if (permissionsBoundary !== undefined) iam.PermissionsBoundary.of(scope).apply(permissionsBoundary);
  if (accessLogs !== undefined) logAccess(scope, accessLogs);
  if (key !== undefined) encrypt(scope, key);
  if (vpc !== undefined) place(scope, vpc);
}

const visitAll = (scope: Construct, visit: (node: IConstruct) => void): void => Aspects.of(scope).add({ visit });

function logAccess(scope: Construct, logs: IBucket): void {
  const prefix = `${scope.node.addr.slice(-8)}/`;
  const { account } = Stack.of(scope);
  const allowed = logs.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [logs.arnForObjects(`${prefix}*`)],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  );
  if (!allowed.statementAdded) toldElsewhere(scope, `The policy of the bucket for access logs`);
  visitAll(scope, (node) => {
    if (node instanceof CfnBucket)
      node.loggingConfiguration = { destinationBucketName: logs.bucketName, logFilePrefix: prefix };
  });
}

const toldElsewhere = (scope: Construct, what: string): void =>
  Annotations.of(scope).addInfo(
    `${what} is not made in this app, so nothing here can add to it. What it must allow is in ` +
      "docs/guides/security.md, 'A key of your own'.",
  );

/**
 * The table is read and written with the caller's rights to the key, and by every handler; so is the bucket, as are the
 * environments.
 */
const USES_KEY = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
/**
 * Its call writes the environment of an endpoint's function, which Lambda encrypts and opens with a grant of the
 * caller's.
 */
const WRITES_ENVIRONMENTS: HandlerName = 'deploy-green';

function encrypt(scope: Construct, key: IKey): void {
  const { keyArn } = key;
  const statements = servicesThatUse(scope);
  const added = statements.map((statement) => key.addToResourcePolicy(statement).statementAdded);
  if (added.includes(false)) toldElsewhere(scope, 'The key');
  visitAll(scope, (node) => {
    if (node instanceof CfnBucket)
      node.bucketEncryption = {
        serverSideEncryptionConfiguration: [
          {
            bucketKeyEnabled: true,
            serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
          },
        ],
      };
    else if (node instanceof CfnTable)
      node.sseSpecification = { sseEnabled: true, sseType: 'KMS', kmsMasterKeyId: keyArn };
    else if (node instanceof CfnTopic) node.kmsMasterKeyId = keyArn;
    else if (node instanceof CfnQueue) {
      node.kmsMasterKeyId = keyArn;
      node.sqsManagedSseEnabled = undefined;
    } else if (node instanceof CfnLogGroup) node.kmsKeyId = keyArn;
    else if (node instanceof lambda.CfnFunction) node.kmsKeyArn = keyArn;
    else if (node instanceof Storage) node.letReadersDecrypt(key);
    else if (node instanceof iam.Role && usesTheKey(node)) {
      node.addToPolicy(new iam.PolicyStatement({ actions: USES_KEY, resources: [keyArn] }));
    } else if (node instanceof lambda.Function && handlerOf(node) === WRITES_ENVIRONMENTS)
      node.addToRolePolicy(
        new iam.PolicyStatement({
          actions: ['kms:CreateGrant'],
          resources: [keyArn],
          conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        }),
      );
  });
}

const handlerOf = (node: lambda.Function): unknown =>
  (node.node.defaultChild as lambda.CfnFunction).getMetadata(HANDLER_METADATA);

/**
 * Functions do, and the scheduler for its dead letters. The state machine calls functions, which have the right
 * themselves.
 */
const usesTheKey = (role: iam.Role): boolean =>
  !JSON.stringify(Stack.of(role).resolve(role.assumeRolePolicy)).includes('states.amazonaws.com');

/** AWS's services that read or write what the key encrypts, for resources of this account alone. */
function servicesThatUse(scope: Construct): readonly iam.PolicyStatement[] {
  const stack = Stack.of(scope);
  const ofAccount = { StringEquals: { 'aws:SourceAccount': stack.account } };
  const allow = (service: string, conditions: Record<string, unknown>, actions: string[]) =>
    new iam.PolicyStatement({ principals: [new iam.ServicePrincipal(service)], actions, resources: ['*'], conditions });
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  const groups = stack.formatArn({ service: 'logs', resource: 'log-group', resourceName: '*', arnFormat });
  return [
    allow(`logs.${Aws.REGION}.amazonaws.com`, { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } }, [
      ...['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey'],
      'kms:DescribeKey',
    ]),
    // Alarms, to the topic; rules, to the dead letters.
    allow('cloudwatch.amazonaws.com', ofAccount, ['kms:Decrypt', 'kms:GenerateDataKey']),
    allow('events.amazonaws.com', ofAccount, ['kms:Decrypt', 'kms:GenerateDataKey']),
  ];
}

const HTTPS = ec2.Port.tcp(443);
/** What Lambda does with a function's role to reach a VPC. */
const INTERFACES = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

function place(scope: Construct, { vpc, subnets, prefixLists, makeEndpoints = false }: VpcPlacement): void {
  const wrong = prefixLists.find((id) => !/^pl-[0-9a-f]+$/.test(id));
  if (wrong !== undefined || prefixLists.length === 0)
    throw new Error(
      `security.vpc.prefixLists is ${JSON.stringify(prefixLists)}: must be ids of the managed prefix lists of S3 ` +
        'and DynamoDB, pl- and hexadecimal digits',
    );
  const selection = subnets ?? { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
  const group = new ec2.SecurityGroup(scope, 'Functions', {
    vpc,
    description: 'Functions of Greenlight: HTTPS to the services that they call, and nothing else',
    allowAllOutbound: false,
  });
  const inside = makeEndpoints ? group : ec2.Peer.ipv4(vpc.vpcCidrBlock);
  group.addEgressRule(inside, HTTPS, 'Interface endpoints');
  for (const id of prefixLists) group.addEgressRule(ec2.Peer.prefixList(id), HTTPS, 'Gateway endpoints');
  if (makeEndpoints) makeAll(scope, vpc, selection, group);
  const { subnetIds } = vpc.selectSubnets(selection);
  const functions = functionArn(Stack.of(scope), '*');
  visitAll(scope, (node) => {
    if (node instanceof lambda.CfnFunction) node.vpcConfig = { subnetIds, securityGroupIds: [group.securityGroupId] };
    if (!(node instanceof lambda.Function) || node.role === undefined) return;
    node.addToRolePolicy(new iam.PolicyStatement({ actions: INTERFACES, resources: ['*'] }));
    // Lambda alone, never the code of the function.
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice
    node.addToRolePolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        actions: INTERFACES,
        resources: ['*'],
        conditions: { ArnLike: { 'lambda:SourceFunctionArn': functions } },
      }),
    );
    acceptWildcard(node.role, '*', 'Network interfaces get their ids when Lambda makes them.');
  });
}

/** VPCs that have their endpoints of this app. */
const furnished = new WeakSet<ec2.IVpc>();

function makeAll(scope: Construct, vpc: ec2.IVpc, subnets: ec2.SubnetSelection, group: ec2.SecurityGroup): void {
  if (furnished.has(vpc))
    throw new SettingsRefused([
      `security.vpc.makeEndpoints is true for ${scope.node.path}, and ${vpc.node.path} has these endpoints of ` +
        "this app already: a VPC takes a service's private DNS name once; leave makeEndpoints out here",
    ]);
  furnished.add(vpc);
  group.addIngressRule(group, HTTPS, 'From the functions');
  for (const name of VPC_ENDPOINTS) {
    const id = `VpcEndpoint-${name}`;
    if (name === 's3' || name === 'dynamodb')
      new ec2.GatewayVpcEndpoint(scope, id, {
        vpc,
        subnets: [subnets],
        service: new ec2.GatewayVpcEndpointAwsService(name),
      });
    else
      new ec2.InterfaceVpcEndpoint(scope, id, {
        vpc,
        subnets,
        service: new ec2.InterfaceVpcEndpointAwsService(name),
        securityGroups: [group],
        open: false,
      });
  }
}
