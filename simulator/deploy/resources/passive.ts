import type { AlarmProperties } from '../../alarms';
import { arnOfQueue } from '../../iam/action-table';
import { DeploymentFailed } from '../../template';
import { physicalName, type Piece, type ResourceType, type Stage } from '../stage';

type Describe = (
  name: string,
  stage: Stage,
) => { readonly ref: string; readonly attributes: Readonly<Record<string, unknown>> };

/** A resource that has a name and an ARN and does nothing in the engine. */
const named = (property: string, describe: Describe): ResourceType => ({
  put: (piece, stage) => describe(physicalName(piece, property, stage), stage),
});
const arn =
  (service: string, kind: string): Describe =>
  (name, { region, account }) => ({
    ref: name,
    attributes: { Arn: `arn:aws:${service}:${region}:${account}:${kind}${name}` },
  });

const role = named('RoleName', (name, { account }) => {
  return { ref: name, attributes: { Arn: `arn:aws:iam::${account}:role/${name}`, RoleId: `AROA${name}` } };
});
const managedPolicy = named('ManagedPolicyName', (name, { account }) => {
  const policyArn = `arn:aws:iam::${account}:policy/${name}`;
  return { ref: policyArn, attributes: { PolicyArn: policyArn } };
});
const queue: ResourceType = {
  put(piece, stage) {
    const name = physicalName(piece, 'QueueName', stage);
    const ref = `https://sqs.${stage.region}.amazonaws.com/${stage.account}/${name}`;
    const Arn = arnOfQueue(ref);
    const { VisibilityTimeout = 30, MessageRetentionPeriod = 345_600, RedrivePolicy } = piece.properties;
    const redrive = RedrivePolicy as
      { readonly deadLetterTargetArn: string; readonly maxReceiveCount: unknown } | undefined;
    stage.sqs.put(Arn, {
      visibilityMs: Number(VisibilityTimeout) * 1000,
      keptMs: Number(MessageRetentionPeriod) * 1000,
      ...(redrive && {
        redrive: { deadLetters: redrive.deadLetterTargetArn, mostReceives: Number(redrive.maxReceiveCount) },
      }),
    });
    return { ref, attributes: { Arn, QueueName: name, QueueUrl: ref } };
  },
  remove: ({ deployed }, stage) => stage.sqs.remove(String(deployed.attributes.Arn)),
};
const key = named('KeyId', (name, { region, account }) => {
  return { ref: name, attributes: { Arn: `arn:aws:kms:${region}:${account}:key/${name}`, KeyId: name } };
});
const logGroup = named('LogGroupName', (name, { region, account }) => {
  return { ref: name, attributes: { Arn: `arn:aws:logs:${region}:${account}:log-group:${name}:*` } };
});

const connection = named('Name', (name, { region, account }) => {
  const connectionArn = `arn:aws:events:${region}:${account}:connection/${name}/embedded`;
  return { ref: name, attributes: { Arn: connectionArn, ArnForPolicy: connectionArn } };
});
const apiDestination = named('Name', (name, { region, account }) => {
  const destination = `arn:aws:events:${region}:${account}:api-destination/${name}`;
  return { ref: name, attributes: { Arn: `${destination}/embedded`, ArnForPolicy: destination } };
});

const alarm: ResourceType = {
  put(piece, stage) {
    const name = physicalName(piece, 'AlarmName', stage);
    stage.alarms.put(name, piece.properties as unknown as AlarmProperties);
    return arn('cloudwatch', 'alarm:')(name, stage);
  },
  remove: ({ deployed }, stage) => stage.alarms.remove(deployed.ref),
};

/** A mail asks for a confirmation; what else there is has none that a person gives. */
const subscription: ResourceType = {
  put({ id, properties }, stage) {
    const { TopicArn, Protocol } = properties;
    stage.sns.subscriptions.set(stage.idPrefix + id, { topicArn: String(TopicArn), isConfirmed: Protocol !== 'email' });
    return { ref: id, attributes: {} };
  },
  remove: ({ id }, stage) => void stage.sns.subscriptions.delete(stage.idPrefix + id),
};

const parameter: ResourceType = {
  put(piece, stage) {
    const [name, { stackName }] = [physicalName(piece, 'Name', stage), stage];
    const owner = stage.parameterStore.get(name)?.stackName;
    if (owner !== undefined && owner !== stackName)
      throw new DeploymentFailed(`${piece.id}: ${name} already exists in stack ${owner}`);
    stage.parameterStore.set(name, { value: String(piece.properties.Value), stackName });
    return arn('ssm', 'parameter')(name, stage);
  },
  remove: ({ deployed }, stage) => void stage.parameterStore.delete(deployed.ref),
};

/** Whom a function lets call it, whether it is made in this stack or named. */
const permission: ResourceType = {
  put({ id, properties }, { region, account }) {
    const name = String(properties.FunctionName);
    const arn = name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${account}:function:${name}`;
    return { ref: id, attributes: { Arn: arn } };
  },
};

const nothing: ResourceType = { put: ({ id }: Piece) => ({ ref: id, attributes: {} }) };

/** Types that the engine knows and does nothing about: their effect is elsewhere (policies) or only on AWS. */
const WITHOUT_EFFECT = [
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::Policy',
  'AWS::KMS::Alias',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::Logs::ResourcePolicy',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
] as const;

export const PASSIVE: Readonly<Record<string, ResourceType>> = {
  ...Object.fromEntries(WITHOUT_EFFECT.map((type) => [type, nothing])),
  'AWS::IAM::Role': role,
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::SQS::Queue': queue,
  'AWS::KMS::Key': key,
  'AWS::Lambda::Permission': permission,
  'AWS::Logs::LogGroup': logGroup,
  'AWS::SNS::Subscription': subscription,
  'AWS::SSM::Parameter': parameter,
  'AWS::Events::Connection': connection,
  'AWS::Events::ApiDestination': apiDestination,
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::Scheduler::ScheduleGroup': named('Name', arn('scheduler', 'schedule-group/')),
};
