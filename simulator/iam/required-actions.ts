import type { ServiceName } from '../service';
import { type ActionTable, arnOfQueue, type Input, type Place, type RequiredAction } from './action-table';
import { lambdaActions } from './lambda-actions';
import { s3Actions } from './s3-actions';

/** Thrown for a command that is not mapped to a permission: it is refused, never silently allowed. */
export class UnmappedCommand extends Error {
  override readonly name = 'UnmappedCommand';
}

/** The IAM actions and resources of one SDK command, from the service authorization reference. */
export function requiredActions(
  service: ServiceName,
  command: string,
  input: Input,
  place: Place,
): readonly RequiredAction[] {
  const table = TABLES[service];
  const required = Object.hasOwn(table, command) ? table[command] : undefined;
  if (!required) throw new UnmappedCommand(`no IAM action is known for ${service} ${command}: add it to simulator/iam`);
  return required(input, place);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const tableArn = (name: unknown, { region, account }: Place) =>
  text(name).startsWith('arn:') ? text(name) : `arn:aws:dynamodb:${region}:${account}:table/${text(name)}`;
const onTable = (action: string) => (input: Input, place: Place) => [
  {
    action: `dynamodb:${action}`,
    resource: tableArn(input.TableName, place) + (input.IndexName ? `/index/${text(input.IndexName)}` : ''),
  },
];
const onTables = (action: string) => (input: Input, place: Place) =>
  Object.keys(input.RequestItems ?? {}).map((name) => ({
    action: `dynamodb:${action}`,
    resource: tableArn(name, place),
  }));

/** A transaction needs the permission of each of its items. */
const TRANSACTION_ACTIONS = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
} as const;
const transaction = (input: Input, place: Place) =>
  ((input.TransactItems ?? []) as Readonly<Record<string, Input>>[]).flatMap((item) =>
    Object.entries(item).map(([kind, part]) => ({
      action: `dynamodb:${TRANSACTION_ACTIONS[kind as keyof typeof TRANSACTION_ACTIONS]}`,
      resource: tableArn(part.TableName, place),
    })),
  );

const DYNAMODB: ActionTable = {
  Get: onTable('GetItem'),
  Put: onTable('PutItem'),
  Update: onTable('UpdateItem'),
  Delete: onTable('DeleteItem'),
  Query: onTable('Query'),
  Scan: onTable('Scan'),
  BatchGet: onTables('BatchGetItem'),
  BatchWrite: onTables('BatchWriteItem'),
  TransactWrite: transaction,
  TransactGet: transaction,
};

const anywhere = (action: string) => () => [{ action, resource: '*' }];
const alarms =
  (action: string) =>
  (_: Input, { region, account }: Place) => [{ action, resource: `arn:aws:cloudwatch:${region}:${account}:alarm:*` }];
const CLOUDWATCH: ActionTable = {
  GetMetricData: anywhere('cloudwatch:GetMetricData'),
  GetMetricStatistics: anywhere('cloudwatch:GetMetricStatistics'),
  ListMetrics: anywhere('cloudwatch:ListMetrics'),
  PutMetricData: (input) => [
    { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': text(input.Namespace) } },
  ],
  DescribeAlarms: alarms('cloudwatch:DescribeAlarms'),
};

const on = (action: string, key: string) => (input: Input) => [{ action, resource: text(input[key]) }];
const onToken = (action: string) => (input: Input, place: Place) => [
  { action, resource: place.stateMachineOfToken(text(input.taskToken)) ?? '*' },
];
const STATES: ActionTable = {
  StartExecution: on('states:StartExecution', 'stateMachineArn'),
  ListExecutions: on('states:ListExecutions', 'stateMachineArn'),
  DescribeStateMachine: on('states:DescribeStateMachine', 'stateMachineArn'),
  DescribeExecution: on('states:DescribeExecution', 'executionArn'),
  StopExecution: on('states:StopExecution', 'executionArn'),
  GetExecutionHistory: on('states:GetExecutionHistory', 'executionArn'),
  RedriveExecution: on('states:RedriveExecution', 'executionArn'),
  SendTaskSuccess: onToken('states:SendTaskSuccess'),
  SendTaskFailure: onToken('states:SendTaskFailure'),
  SendTaskHeartbeat: onToken('states:SendTaskHeartbeat'),
};

const SNS: ActionTable = {
  Publish: (input) => [{ action: 'sns:Publish', resource: text(input.TopicArn ?? input.TargetArn) }],
  GetTopicAttributes: (input) => [{ action: 'sns:GetTopicAttributes', resource: text(input.TopicArn) }],
};

const SQS: ActionTable = {
  SendMessageBatch: (input) => [{ action: 'sqs:SendMessage', resource: arnOfQueue(text(input.QueueUrl)) }],
};

const EVENTBRIDGE: ActionTable = {
  PutEvents: (input, { region, account }) =>
    ((input.Entries ?? []) as readonly { readonly EventBusName?: string }[]).map(({ EventBusName = 'default' }) => ({
      action: 'events:PutEvents',
      resource: EventBusName.startsWith('arn:')
        ? EventBusName
        : `arn:aws:events:${region}:${account}:event-bus/${EventBusName}`,
    })),
};

const TABLES: Readonly<Record<ServiceName, ActionTable>> = {
  lambda: lambdaActions,
  s3: s3Actions,
  dynamodb: DYNAMODB,
  cloudwatch: CLOUDWATCH,
  sfn: STATES,
  sns: SNS,
  sqs: SQS,
  eventbridge: EVENTBRIDGE,
};
