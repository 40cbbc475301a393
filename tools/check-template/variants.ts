import { type App, Duration, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function, FunctionUrlAuthType, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';
import { Greenlight } from '../../lib/greenlight';
import { GreenlightStack } from '../../lib/greenlight-stack';
import { appWithoutBundles } from '../../lib/synthesise';

/** The stack whose owner set every property for security: what one of them answers is not explained there. */
export const SECURED = 'Secured';

/** Everything that an endpoint can be told to do and that makes another resource, right or variable. */
const WITH_EVERYTHING: EndpointSettingsInput = {
  name: 'everything',
  memoryMB: 2048,
  timeoutSeconds: 30,
  strategy: { steps: [{ weight: 10, bakeMinutes: 15 }] },
  approval: { mode: 'before-promote' },
  provisionedConcurrency: 1,
  keepBlueWarm: true,
  goldenSet: { key: 'golden/everything.json' },
  captureSampleRate: 0.1,
  feedback: { keepDays: 7 },
  knownBadRequest: { path: '/v2/models/everything/infer', body: { inputs: [] } },
  vetoAlarms: ['somebody-elses-alarm'],
};

/**
 * Stacks with other options than the app's of bin: their templates by name. Without bundles, and without an account.
 */
export function variantTemplates(): ReadonlyMap<string, unknown> {
  const app = appWithoutBundles();
  withEveryOption(app);
  withResourcesOfTheUser(app);
  withADashboardThatOnlyShows(app);
  secured(app);
  const stacks = app.synth().stacks.filter(({ template }) => 'Resources' in (template as object));
  return new Map(stacks.map(({ stackName, template }) => [stackName, template as unknown]));
}

function withEveryOption(app: App): void {
  new GreenlightStack(app, 'EveryOption', {
    endpoints: [WITH_EVERYTHING, { name: 'plain' }],
    alarmEmail: 'somebody@example.com',
    architecture: Architecture.X86_64,
    functionUrlAuth: FunctionUrlAuthType.NONE,
    logRetention: RetentionDays.ONE_WEEK,
    reconcileEvery: Duration.minutes(1),
    teardownEvery: Duration.days(1),
    modelReaders: ['222222222222'],
    dashboard: { actions: true, runbookUrl: 'https://example.com/operations.md' },
  });
}

function withADashboardThatOnlyShows(app: App): void {
  new GreenlightStack(app, 'OnlyShows', { endpoints: [{ name: 'plain' }], dashboard: { actions: false } });
}

/** Everything that a security team asks for. What its owner made is elsewhere, and not ours to check. */
function secured(app: App): void {
  const there = new Stack(app, 'There');
  const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:123456789012:${resource}`;
  new GreenlightStack(app, SECURED, {
    endpoints: [WITH_EVERYTHING, { name: 'plain' }],
    security: {
      key: Key.fromKeyArn(there, 'Key', arn('kms', 'key/01234567-89ab-cdef-0123-456789abcdef')),
      vpc: {
        vpc: Vpc.fromVpcAttributes(there, 'Vpc', {
          vpcId: 'vpc-0123456789abcdef0',
          vpcCidrBlock: '10.0.0.0/16',
          availabilityZones: ['eu-central-1a', 'eu-central-1b'],
          isolatedSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
          isolatedSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
        }),
        prefixLists: ['pl-6ea54007', 'pl-66a5400f'],
        makeEndpoints: true,
      },
      accessLogs: Bucket.fromBucketName(there, 'Logs', 'access-logs-of-the-shop'),
      permissionsBoundary: ManagedPolicy.fromManagedPolicyArn(
        there,
        'Boundary',
        'arn:aws:iam::123456789012:policy/all',
      ),
      tags: { 'cost-centre': '4711' },
    },
  });
}

/** A function and a topic of the user's own, in a stack of the user's own, without a dashboard. */
function withResourcesOfTheUser(app: App): void {
  const stack = new Stack(app, 'OwnFunction');
  const greenlight = new Greenlight(stack, 'Models', { topic: new Topic(stack, 'Notices'), dashboard: false });
  const served = new Function(stack, 'Ranker', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
  });
  greenlight.addEndpoint({ name: 'ranker', suffix: '.bin', gates: { predictions: false } }, { function: served });
}
