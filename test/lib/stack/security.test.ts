import { readFileSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
// As apps import them: a refusal sends people to `secure`, and the reference to `VPC_ENDPOINTS`.
import {
  Greenlight,
  GreenlightControlPlane,
  GreenlightEndpoint,
  type SecurityProps,
  secure,
  VPC_ENDPOINTS,
} from '../../../lib/index';
import { Template } from './template';
import { appWithoutBundles } from '../../../lib/synthesise';

const LISTS = ['pl-6fa54006', 'pl-66a5400f'];
const isolated = {
  maxAzs: 2,
  natGateways: 0,
  subnetConfiguration: [{ name: 'i', subnetType: SubnetType.PRIVATE_ISOLATED }],
};

/** A stack with two endpoints, one of them with a function of its user's own, and what its user makes for security. */
function secured(make: (stack: Stack) => SecurityProps): {
  readonly template: Template;
  readonly infos: readonly string[];
} {
  const app = appWithoutBundles();
  const stack = new Stack(app, 'Shop');
  const greenlight = new Greenlight(stack, 'Models', { endpoints: [{ name: 'digits' }], security: make(stack) });
  const served = new lambda.Function(stack, 'Ranker', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
  });
  greenlight.addEndpoint({ name: 'ranker', suffix: '.bin', gates: { predictions: false } }, { function: served });
  const assembly = app.synth();
  const { template, messages } = assembly.getStackByName('Shop') as {
    readonly template: Record<string, unknown>;
    readonly messages: readonly { readonly entry: { readonly data?: unknown } }[];
  };
  return {
    template: Template.from(template),
    infos: messages.map(({ entry }) => JSON.stringify(entry.data)),
  };
}
type Property = readonly [type: string, path: readonly string[]];
const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inside, key) => (inside as Record<string, unknown> | undefined)?.[key], value);

describe('a key', () => {
  const { template } = secured((stack) => ({ key: new Key(stack, 'Key') }));
  const keyArn = `<${template.one('AWS::KMS::Key').id}.Arn>`;
  const encryption = ['BucketEncryption', 'ServerSideEncryptionConfiguration', '0', 'ServerSideEncryptionByDefault'];

  it.each<Property>([
    ['AWS::S3::Bucket', [...encryption, 'KMSMasterKeyID']],
    ['AWS::DynamoDB::Table', ['SSESpecification', 'KMSMasterKeyId']],
    ['AWS::SNS::Topic', ['KmsMasterKeyId']],
    ['AWS::SQS::Queue', ['KmsMasterKeyId']],
    ['AWS::Logs::LogGroup', ['KmsKeyId']],
    ['AWS::Lambda::Function', ['KmsKeyArn']],
  ])('encrypts every %s', (type, path) => {
    const ours = template.all(type).filter(({ id }) => id.startsWith('Models'));
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.map((one) => at(template.properties(one), path))).toEqual(ours.map(() => keyArn));
  });

  it('is the only one, and lets the services use it that write and read what it encrypts', () => {
    const { Statement } = template.properties(template.one('AWS::KMS::Key')).KeyPolicy as {
      readonly Statement: readonly {
        readonly Principal: { readonly Service?: string | string[] };
        readonly Condition?: object;
      }[];
    };
    const services = Statement.filter(({ Principal }) => Principal.Service !== undefined);
    expect(services.flatMap(({ Principal }) => Principal.Service)).toEqual([
      'logs.eu-central-1.amazonaws.com',
      'cloudwatch.amazonaws.com',
      'events.amazonaws.com',
    ]);
    for (const { Condition } of services) expect(JSON.stringify(Condition)).toContain('123456789012');
  });

  it('of another app is told about: its policy is not ours to write', () => {
    const arn = 'arn:aws:kms:eu-central-1:123456789012:key/0';
    const { infos } = secured((stack) => ({ key: Key.fromKeyArn(stack, 'Key', arn) }));
    expect(infos).toContainEqual(expect.stringMatching(/The key is not made in this app/));
  });
});

describe('a VPC', () => {
  const { template } = secured((stack) => ({
    vpc: { vpc: new Vpc(stack, 'Vpc', isolated), prefixLists: LISTS, makeEndpoints: true },
  }));
  const groupId = template.one('AWS::EC2::SecurityGroup').id;

  it("holds every function that is Greenlight's, in its isolated subnets, and none of the user's own", () => {
    for (const one of template.all('AWS::Lambda::Function')) {
      const { VpcConfig } = template.properties(one) as { readonly VpcConfig?: Readonly<Record<string, unknown[]>> };
      if (one.id.startsWith('Ranker')) expect(VpcConfig).toBeUndefined();
      else
        expect([one.id, VpcConfig]).toEqual([
          one.id,
          { SecurityGroupIds: [`<${groupId}.GroupId>`], SubnetIds: expect.any(Array) as unknown },
        ]);
    }
  });

  it('has no way out but HTTPS to the endpoints that are named', () => {
    const rules = template.all('AWS::EC2::SecurityGroupEgress').map((one) => template.properties(one));
    const inline = template.properties(template.one('AWS::EC2::SecurityGroup')).SecurityGroupEgress ?? [];
    const out = [...rules, ...(inline as Record<string, unknown>[])];
    for (const rule of out) expect(rule).toMatchObject({ FromPort: 443, ToPort: 443, IpProtocol: 'tcp' });
    const to = out.map((rule) => rule.DestinationPrefixListId ?? rule.DestinationSecurityGroupId ?? rule.CidrIp);
    expect(to.sort()).toEqual([`<${groupId}.GroupId>`, ...LISTS].sort());
    const made = template.all('AWS::EC2::VPCEndpoint').map((one) => String(template.properties(one).ServiceName));
    expect(made.map((name) => name.replace(/.*\./, '')).sort()).toEqual([...VPC_ENDPOINTS].sort());
  });

  it('names an endpoint for each service that code in Lambda calls, and no other', () => {
    const root = join(__dirname, '../../..');
    const text = globSync('lambdas/**/*.ts', { cwd: root })
      .filter((path) => !path.endsWith('.test.ts'))
      .map((path) => readFileSync(join(root, path), 'utf8'))
      .join('\n');
    const clients = new Set([...text.matchAll(/from '@aws-sdk\/client-([a-z0-9]+)'/g)].map(([, name]) => name!));
    const ENDPOINT: Readonly<Record<string, string>> = {
      cloudwatch: 'monitoring',
      eventbridge: 'events',
      sfn: 'states',
    };
    expect([...clients].map((name) => ENDPOINT[name] ?? name).sort()).toEqual([...VPC_ENDPOINTS].sort());
  });

  it.each([[[]], [['com.amazonaws.eu-central-1.s3']]])('is refused with the prefix lists %j', (prefixLists) => {
    expect(() => secured((stack) => ({ vpc: { vpc: new Vpc(stack, 'Vpc', isolated), prefixLists } }))).toThrow(
      /security.vpc.prefixLists is .*: must be ids/,
    );
  });

  it('that has its endpoints gets none, and its own addresses may be reached', () => {
    const there = secured((stack) => ({ vpc: { vpc: new Vpc(stack, 'Vpc', isolated), prefixLists: LISTS } })).template;
    expect(there.all('AWS::EC2::VPCEndpoint')).toEqual([]);
    expect(JSON.stringify(there.all('AWS::EC2::SecurityGroup'))).toContain('CidrBlock');
  });
});

describe('the rest', () => {
  const { template } = secured((stack) => ({
    accessLogs: new Bucket(stack, 'Logs'),
    permissionsBoundary: new ManagedPolicy(stack, 'Boundary', {
      statements: [new PolicyStatement({ actions: ['s3:*'], resources: ['*'] })],
    }),
    tags: { 'cost-centre': '4711' },
  }));
  const ours = (type: string) => template.all(type).filter(({ id }) => id.startsWith('Models'));

  it('puts the boundary on every role', () => {
    const boundary = `<${template.one('AWS::IAM::ManagedPolicy').id}>`;
    const roles = ours('AWS::IAM::Role').map((one) => template.properties(one).PermissionsBoundary);
    expect([roles.length > 20, new Set(roles)]).toEqual([true, new Set([boundary])]);
  });

  it('logs access to the bucket where the bucket of logs lets it', () => {
    const [bucket] = ours('AWS::S3::Bucket');
    const { DestinationBucketName, LogFilePrefix } = template.properties(bucket!).LoggingConfiguration as Record<
      string,
      string
    >;
    const policies = template.all('AWS::S3::BucketPolicy').map((one) => template.properties(one));
    const { PolicyDocument } = policies.find(({ Bucket: of }) => of === DestinationBucketName)!;
    expect(JSON.stringify(PolicyDocument)).toMatch(new RegExp(`logging.s3.*${LogFilePrefix}\\*`));
  });

  it('tags what takes tags', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::Lambda::Function', 'AWS::IAM::Role'])
      for (const one of ours(type))
        expect(template.properties(one).Tags).toContainEqual({ Key: 'cost-centre', Value: '4711' });
  });
});

describe('what a VPC takes once', () => {
  const newStack = () =>
    new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] }, builtinCloudFormationValidation: false }), 'Team');

  it('is refused for an endpoint alone, and so are logs of a bucket that it does not have', () => {
    const stack = newStack();
    const plane = GreenlightControlPlane.fromName(stack, 'Plane', 'prod');
    const vpc = { vpc: new Vpc(stack, 'Vpc', isolated), prefixLists: LISTS };
    const alone = (id: string, security: SecurityProps) => () =>
      new GreenlightEndpoint(stack, id, { plane, name: 'fraud', security });
    expect(alone('A', { vpc: { ...vpc, makeEndpoints: true }, accessLogs: new Bucket(stack, 'Logs') })).toThrow(
      /^2 problems[^]*fraud: security.accessLogs is set: no [^]*fraud: security.vpc.makeEndpoints is true: a VPC takes/,
    );
    expect(alone('B', { vpc: { ...vpc, makeEndpoints: false } })).not.toThrow();
  });

  it('is refused the second time', () => {
    const stack = newStack();
    const vpc = { vpc: new Vpc(stack, 'Vpc', isolated), prefixLists: LISTS, makeEndpoints: true };
    secure(new Construct(stack, 'One'), { vpc });
    expect(() => secure(new Construct(stack, 'Two'), { vpc })).toThrow(
      /security.vpc.makeEndpoints is true for Team\/Two, and Team\/Vpc has these endpoints of this app already/,
    );
  });
});

it("an endpoint in a stack of its own is held to its team's", () => {
  const app = appWithoutBundles();
  const stack = new Stack(app, 'Team');
  const key = new Key(stack, 'Key');
  const plane = GreenlightControlPlane.fromName(stack, 'Plane', 'prod');
  new GreenlightEndpoint(stack, 'Fraud', { plane, name: 'fraud', security: { key, tags: { team: 'risk' } } });
  const template = Template.from(app.synth().getStackByName('Team').template as Record<string, unknown>);
  const keyArn = `<${template.one('AWS::KMS::Key').id}.Arn>`;
  const served = template.properties(template.one('AWS::Lambda::Function'));
  expect(served).toMatchObject({
    KmsKeyArn: keyArn,
    Tags: expect.arrayContaining([{ Key: 'team', Value: 'risk' }]) as unknown,
  });
  const rights = template.all('AWS::IAM::Policy').map((one) => JSON.stringify(template.properties(one)));
  expect(rights.join()).toContain('kms:GenerateDataKey');
  for (const one of template.all('AWS::CloudWatch::Alarm'))
    expect(template.properties(one).Tags).toContainEqual({ Key: 'team', Value: 'risk' });
});
