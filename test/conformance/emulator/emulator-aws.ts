import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, DeleteStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { strToU8, zipSync } from 'fflate';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Aws } from '../aws';
import { ANSWERS_VERSION, handedOut, KEEPS_EVENTS, settled } from '../functions';

const ACCOUNT_ROLE = 'arn:aws:iam::000000000000:role/';

/** An emulator over the wire, through the same SDK as the deployed app. */
export interface EmulatorAws {
  readonly aws: Aws;
  /** Deletes the functions, machines, tables and rules that were made, which cost the emulator processes and memory. */
  cleanUp(): Promise<void>;
  /** Closes the connections. */
  destroy(): void;
}

export function emulatorAws(endpoint: string): EmulatorAws {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const lambda = new LambdaClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const tables = new DynamoDBClient(config);
  const cloudwatch = new CloudWatchClient(config);
  const sfn = new SFNClient(config);
  const sns = new SNSClient(config);
  const sqs = new SQSClient(config);
  const events = new EventBridgeClient(config);
  const undo: (() => Promise<unknown>)[] = [];
  const newName = (kind: string) => `conformance-${kind}-${randomBytes(6).toString('hex')}`;

  const aws: Aws = {
    ...{ lambda, s3, cloudwatch, sfn, sns, sqs, eventbridge: events },
    dynamodb: DynamoDBDocumentClient.from(tables, { marshallOptions: { removeUndefinedValues: true } }),
    metricsWithinSeconds: 8,
    now: () => Date.now(),
    sleep: (ms) => wait(ms),
    createFunction: async (source = ANSWERS_VERSION, { timeoutSeconds = 10, role = 'conformance' } = {}) => {
      const FunctionName = newName('function');
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName,
          Code: { ZipFile: zipSync({ 'index.js': strToU8(source) }) },
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          Role: `${ACCOUNT_ROLE}${role}`,
          Timeout: timeoutSeconds,
        }),
      );
      undo.push(() => lambda.send(new DeleteFunctionCommand({ FunctionName })));
      await settled(aws, FunctionName);
      return FunctionName;
    },
    createBucket: async ({ versioned, events: toBus = false }) => {
      const Bucket = newName('bucket');
      await s3.send(new CreateBucketCommand({ Bucket }));
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      if (versioned) await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
      const NotificationConfiguration = { EventBridgeConfiguration: {} };
      if (toBus) await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
      return Bucket;
    },
    createTable: async () => {
      const TableName = newName('table');
      await tables.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          AttributeDefinitions: [
            { AttributeName: 'pk', AttributeType: 'S' },
            { AttributeName: 'sk', AttributeType: 'S' },
          ],
        }),
      );
      undo.push(() => tables.send(new DeleteTableCommand({ TableName })));
      return TableName;
    },
    createStateMachine: async (definition) => {
      const answer = await sfn.send(
        new CreateStateMachineCommand({
          name: newName('machine'),
          definition: JSON.stringify(definition),
          roleArn: `${ACCOUNT_ROLE}conformance`,
        }),
      );
      const stateMachineArn = answer.stateMachineArn!;
      undo.push(() => sfn.send(new DeleteStateMachineCommand({ stateMachineArn })));
      return stateMachineArn;
    },
    createTopic: async () => (await sns.send(new CreateTopicCommand({ Name: newName('topic') }))).TopicArn!,
    createQueue: async () => {
      const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: newName('queue') }));
      undo.push(() => sqs.send(new DeleteQueueCommand({ QueueUrl })));
      return QueueUrl;
    },
    createAlarm: async (StateValue) => {
      const AlarmName = newName('alarm');
      const metric = { Namespace: 'Conformance', MetricName: 'None', Statistic: 'Sum' } as const;
      const ComparisonOperator = 'GreaterThanThreshold';
      const limit = { Period: 60, EvaluationPeriods: 1, Threshold: 1, ComparisonOperator } as const;
      await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName, ...metric, ...limit }));
      await cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'set by a person' }));
      return AlarmName;
    },
    listen: async (pattern) => {
      const name = await aws.createFunction(KEEPS_EVENTS);
      const { FunctionArn } = await settled(aws, name);
      const Rule = newName('rule');
      const permission = { Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com', StatementId: 'rule' };
      await lambda.send(new AddPermissionCommand({ FunctionName: name, ...permission }));
      await events.send(new PutRuleCommand({ Name: Rule, EventPattern: JSON.stringify(pattern) }));
      await events.send(new PutTargetsCommand({ Rule, Targets: [{ Id: 'target', Arn: FunctionArn }] }));
      undo.push(async () => {
        await events.send(new RemoveTargetsCommand({ Rule, Ids: ['target'] }));
        await events.send(new DeleteRuleCommand({ Name: Rule }));
      });
      return () => handedOut(aws, name);
    },
  };
  return {
    aws,
    cleanUp: async () => {
      const results = await Promise.allSettled(
        undo
          .splice(0)
          .reverse()
          .map((each) => each()),
      );
      for (const result of results) if (result.status === 'rejected' && !isGone(result.reason)) throw result.reason;
    },
    destroy: () => {
      for (const client of [lambda, s3, tables, cloudwatch, sfn, sns, events]) client.destroy();
    },
  };
}

/** A check may have deleted its function itself. */
const isGone = (error: unknown): boolean => error instanceof Error && /NotFound|DoesNotExist/.test(error.name);
