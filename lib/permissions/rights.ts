import { ArnFormat, Aws, type Stack } from 'aws-cdk-lib';
import { type Conditions, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  CAPTURED_PREFIX,
  EVIDENCE_DOCUMENT,
  GOLDEN_PREFIX,
  MODELS_PREFIX,
  PLANE_TAG,
  ROLLOUTS_PREFIX,
  SAMPLES_PREFIX,
} from '../../lambdas/contract/names';
import { METRIC_NAMESPACE } from '../../lambdas/contract/metric-names';
import { type Job, JOBS } from '../../lambdas/contract/work';
import type { AppResources } from '../app-resources';
import { CLASS_NAMES_KEYS } from '../storage';

/**
 * The vocabulary of the permissions: what a handler may do, in words, and what that is in IAM. Every resource that can
 * be named is named.
 */

/** One thing that a handler may do, for every endpoint of the control plane: no policy grows with their number. */
export type Right = (app: AppResources) => readonly PolicyStatement[];

const allow = (actions: readonly string[], resources: readonly string[], conditions?: Conditions): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions && { conditions }) });

type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'Query' | 'DeleteItem';
export const table =
  (...actions: readonly TableAction[]): Right =>
  ({ table: { tableArn } }) => [
    allow(
      actions.map((action) => `dynamodb:${action}`),
      [tableArn],
    ),
  ];

type FunctionAction =
  | 'CreateAlias'
  | 'DeleteFunction'
  | 'GetAlias'
  | 'GetFunction'
  | 'GetFunctionConcurrency'
  | 'GetFunctionUrlConfig'
  | 'ListProvisionedConcurrencyConfigs'
  | 'PutProvisionedConcurrencyConfig'
  | 'DeleteProvisionedConcurrencyConfig'
  | 'GetProvisionedConcurrencyConfig'
  | 'InvokeFunction'
  | 'ListAliases'
  | 'ListVersionsByFunction'
  | 'PublishVersion'
  | 'UpdateAlias'
  | 'UpdateFunctionConfiguration';
/**
 * The functions of all endpoints, their versions and their aliases, by the tag that each endpoint's own stack gives its
 * function: the policy is as long for a thousand endpoints as for one, and no other function of the account is in it.
 * Lambda looks at the function's tags for its versions and aliases too.
 */
export const endpointFunction =
  (...actions: readonly FunctionAction[]): Right =>
  ({ stack, plane }) => [
    allow(
      actions.map((action) => `lambda:${action}`),
      [functionArn(stack, '*')],
      { StringEquals: { [`aws:ResourceTag/${PLANE_TAG}`]: plane } },
    ),
  ];

/** `*` for all functions of the account and region. */
export const functionArn = (stack: Stack, resourceName: string): string =>
  stack.formatArn({ service: 'lambda', resource: 'function', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });

/**
 * Where an endpoint has hooks, its stack gives this role the right to call those; in other accounts their owners do. A
 * request that does not say whose function it is about is not let through: to a negated condition what is missing is
 * another.
 */
export const callHooksElsewhere: Right = ({ stack }) => [
  allow(['lambda:InvokeFunction'], [`arn:${Aws.PARTITION}:lambda:*:*:function:*`], {
    StringNotEquals: { 'aws:ResourceAccount': stack.account },
    Null: { 'aws:ResourceAccount': 'false' },
  }),
];

export const readModels: Right = ({ bucket }) => [
  allow(['s3:GetObject', 's3:GetObjectVersion'], [bucket.arnForObjects(`${MODELS_PREFIX}*`)]),
];

export const findModels: Right = ({ bucket }) => [
  allow(['s3:ListBucket', 's3:ListBucketVersions'], [bucket.bucketArn]),
];

/** S3 tells a missing object (404) from a forbidden one (403) only to those who may list the bucket. */
export const tellMissingObjects: Right = ({ bucket }) => [allow(['s3:ListBucket'], [bucket.bucketArn])];

/** Whether a model that was pinned is still there. */
export const seePinnedModels: Right = (app) => [
  allow(['s3:GetObjectVersion'], [app.bucket.arnForObjects(`${MODELS_PREFIX}*`)]),
  ...tellMissingObjects(app),
];

/**
 * The requests that the platform's people put there, for all endpoints; an endpoint that keeps them elsewhere gives the
 * right to that one key itself.
 */
export const readGoldenSet: Right = ({ bucket }) => [
  allow(['s3:GetObject', 's3:GetObjectVersion'], [bucket.arnForObjects(`${GOLDEN_PREFIX}*`)]),
];

const listBelow = ({ bucketArn }: IBucket, prefix: string): PolicyStatement =>
  allow(['s3:ListBucket'], [bucketArn], { StringLike: { 's3:prefix': `${prefix}*` } });

export const readCapturedRequests: Right = ({ bucket }) => [
  listBelow(bucket, CAPTURED_PREFIX),
  allow(['s3:GetObject'], [bucket.arnForObjects(`${CAPTURED_PREFIX}*`)]),
];

export const readSamples: Right = ({ bucket }) => [
  allow(['s3:GetObject', 's3:GetObjectVersion'], [bucket.arnForObjects(`${SAMPLES_PREFIX}*`)]),
];

/** An account's limits cannot be named, a function's reservation can. */
export const readLimits: Right = (app) => [
  allow(['lambda:GetAccountSettings'], ['*']),
  ...endpointFunction('GetFunctionConcurrency')(app),
];

export const writeRecords: Right = ({ bucket }) => [
  allow(['s3:PutObject'], [bucket.arnForObjects(`${ROLLOUTS_PREFIX}*`)]),
];

/** Of an endpoint that has more class names than a version's environment holds. */
export const keepClassNames: Right = ({ bucket }) => [
  allow(['s3:PutObject'], [bucket.arnForObjects(CLASS_NAMES_KEYS)]),
];

/** The evidence of each decision, for the report: the documents by name, and nothing else that is kept of a rollout. */
export const readEvidence: Right = ({ bucket }) => [
  allow(
    ['s3:GetObject'],
    Object.values(EVIDENCE_DOCUMENT).map((name) => bucket.arnForObjects(`${ROLLOUTS_PREFIX}*/${name}`)),
  ),
];

/** What a chunk of a replay left for the next. */
export const readReplay: Right = ({ bucket }) => [
  allow(['s3:GetObject'], [bucket.arnForObjects(`${ROLLOUTS_PREFIX}*/${EVIDENCE_DOCUMENT.replay}`)]),
];

/** Metrics cannot be limited to resources. */
export const readMetrics: Right = () => [allow(['cloudwatch:GetMetricData'], ['*'])];

/** In the app's own namespace. Metrics cannot be limited to resources. */
export const countUnavailable: Right = () => [
  allow(['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': METRIC_NAMESPACE } }),
];

/** Described together, so that those that veto cannot be named one by one. */
export const readVetoAlarms: Right = () => [allow(['cloudwatch:DescribeAlarms'], ['*'])];

export const sendNotices: Right = ({ topic, topicKey }) => [
  allow(['sns:Publish'], [topic.topicArn]),
  // The topic's own key; SNS uses it with the publisher's rights.
  ...(topicKey === undefined ? [] : [allow(['kms:Decrypt', 'kms:GenerateDataKey'], [topicKey.keyArn])]),
];

export const handOutWork: Right = ({ work }) => JOBS.map((job) => allow(['sqs:SendMessage'], [work[job].queueArn]));

/** What Lambda needs, with the function's role, to hand on a queue's messages. */
export const takeWork =
  (job: Job): Right =>
  ({ work }) => [allow(['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], [work[job].queueArn])];

/** Whether notices reach anyone. */
export const countSubscribers: Right = ({ topic }) => [allow(['sns:GetTopicAttributes'], [topic.topicArn])];

/** Events of our own on the account's default bus. */
export const publishEvents: Right = ({ stack }) => [
  allow(['events:PutEvents'], [stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })]),
];

/**
 * What Lambda needs, with the function's role, to hand on the table's changes. Streams are listed before one is known.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
 */
export const readStream: Right = ({ table: { tableStreamArn } }) => [
  allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [tableStreamArn ?? '']),
  allow(['dynamodb:ListStreams'], ['*']),
];

export const startRollouts: Right = ({ stateMachineArn }) => [allow(['states:StartExecution'], [stateMachineArn])];

/** By task token: a caller that has one answers. A token is the machine's, so that the right is. */
export const answerRollouts: Right = ({ stateMachineArn }) => [allow(['states:SendTaskSuccess'], [stateMachineArn])];

export const listRollouts: Right = ({ stateMachineArn }) => [allow(['states:ListExecutions'], [stateMachineArn])];

const withExecutions =
  (action: `states:${string}`): Right =>
  ({ stack, stateMachineName }) => [
    allow(
      [action],
      [
        stack.formatArn({
          service: 'states',
          resource: 'execution',
          resourceName: `${stateMachineName}:*`,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
    ),
  ];

export const askAboutRollouts: Right = withExecutions('states:DescribeExecution');

/** A rollback stops the rollout that runs. */
export const stopRollouts: Right = withExecutions('states:StopExecution');

// What several handlers share.

/** The settings of all endpoints, and what there is of one. */
export const lookUp = table('GetItem', 'Query');
/** The lock's lease is an update, the record a put. */
export const ownRollout = table('PutItem', 'UpdateItem');
/** Locks, records and uploads that wait. */
export const bookkeeping: readonly Right[] = [lookUp, table('PutItem', 'DeleteItem')];
/** Closing the record, which says what is live, and starting what waited. */
export const close: readonly Right[] = [
  ...bookkeeping,
  endpointFunction('GetAlias'),
  writeRecords,
  readEvidence,
  startRollouts,
  askAboutRollouts,
];
/** Putting blue back as well, whichever line of defence notices that it is needed. */
export const restore: readonly Right[] = [
  ...close,
  endpointFunction('GetFunction', 'UpdateAlias'),
  readModels,
  tellMissingObjects,
];
export const judge: readonly Right[] = [
  table('GetItem'),
  ownRollout,
  endpointFunction('GetAlias'),
  // Both versions are asked where blue seems to have died or green fails, and the alias where it gets no requests.
  endpointFunction('InvokeFunction'),
  readMetrics,
  readVetoAlarms,
  writeRecords,
];

/** Of a canary that waits for a person: judging it, and answering no; where its question is gone, stopping it. */
export const watchWaiting: readonly Right[] = [readMetrics, readVetoAlarms, answerRollouts, stopRollouts];
