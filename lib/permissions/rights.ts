import { ArnFormat, Token } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { CLASS_NAMES_FOLDER, keptClassNames } from '../../lambdas/contract/class-names';
import {
  CAPTURED_PREFIX,
  EVIDENCE_DOCUMENT,
  MODELS_PREFIX,
  PREVIEW_ALIAS,
  ROLLOUTS_PREFIX,
  SAMPLES_PREFIX,
} from '../../lambdas/contract/names';
import { HOOKS } from '../../lambdas/contract/hooks';
import { METRIC_NAMESPACE } from '../../lambdas/contract/metric-names';
import type { EndpointResources } from '../app-resources';
import { type Right, allow, inApp, perEndpoint } from './right';

/**
 * The vocabulary of the permissions: what a handler may do, in words, and what that is in IAM. Every resource that can
 * be named is named.
 */

type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'Query' | 'DeleteItem';
export const table = (...actions: readonly TableAction[]): Right =>
  inApp(({ table: { tableArn } }) => [
    allow(
      actions.map((action) => `dynamodb:${action}`),
      [tableArn],
    ),
  ]);

type FunctionAction =
  | 'CreateAlias'
  | 'DeleteFunction'
  | 'GetAlias'
  | 'GetFunction'
  | 'GetProvisionedConcurrencyConfig'
  | 'InvokeFunction'
  | 'ListAliases'
  | 'ListVersionsByFunction'
  | 'PublishVersion'
  | 'UpdateAlias'
  | 'UpdateFunctionConfiguration';
/** The endpoint's function, its versions and its aliases. */
export const endpointFunction = (...actions: readonly FunctionAction[]): Right =>
  perEndpoint((_, { function: { functionArn } }) => [
    allow(
      actions.map((action) => `lambda:${action}`),
      [functionArn, `${functionArn}:*`],
    ),
  ]);

/**
 * The alias that testers use. Lambda's reference lists the function itself as what these actions are checked against, so that the
 * alias cannot be named alone; its ARN is beside it where AWS looks at that.
 */
export const previewAlias = (...actions: readonly ('GetAlias' | 'UpdateAlias')[]): Right =>
  perEndpoint((_, { function: { functionArn } }) => [
    allow(
      actions.map((action) => `lambda:${action}`),
      [functionArn, `${functionArn}:${PREVIEW_ALIAS}`],
    ),
  ]);

/** The address that testers are told. */
export const readPreviewUrl: Right = perEndpoint((_, { function: { functionArn } }) => [
  allow(['lambda:GetFunctionUrlConfig'], [`${functionArn}:${PREVIEW_ALIAS}`]),
]);

/** The functions that the endpoint's settings name, or that it was given, and no others. */
export const callHooks: Right = perEndpoint(({ stack }, { settings: { hooks } }) => {
  const functions = HOOKS.flatMap((hook) => hooks[hook]?.function ?? []);
  const arns = functions.map((name) =>
    Token.isUnresolved(name) || name.startsWith('arn:')
      ? name
      : stack.formatArn({
          service: 'lambda',
          resource: 'function',
          resourceName: name,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
  );
  return arns.length === 0 ? [] : [allow(['lambda:InvokeFunction'], arns)];
});

/** Only where an endpoint has provisioned concurrency. */
export const provisionVersions: Right = perEndpoint((_, { settings, function: { functionArn } }) =>
  settings.provisionedConcurrency === 0
    ? []
    : [
        allow(
          ['lambda:PutProvisionedConcurrencyConfig', 'lambda:GetProvisionedConcurrencyConfig'],
          [functionArn, `${functionArn}:*`],
        ),
      ],
);

/** Everywhere: an endpoint whose setting went back to none may have versions that still hold some, and cost. */
export const releaseProvisionedConcurrency: Right = perEndpoint((_, { function: { functionArn } }) => [
  allow(
    ['lambda:ListProvisionedConcurrencyConfigs', 'lambda:DeleteProvisionedConcurrencyConfig'],
    [functionArn, `${functionArn}:*`],
  ),
]);

export const readModels: Right = inApp(({ bucket }) => [
  allow(['s3:GetObject', 's3:GetObjectVersion'], [bucket.arnForObjects(`${MODELS_PREFIX}*`)]),
]);

export const findModels: Right = inApp(({ bucket }) => [
  allow(['s3:ListBucket', 's3:ListBucketVersions'], [bucket.bucketArn]),
]);

/** S3 tells a missing object (404) from a forbidden one (403) only to those who may list the bucket. */
export const tellMissingObjects: Right = inApp(({ bucket }) => [allow(['s3:ListBucket'], [bucket.bucketArn])]);

export const readGoldenSet: Right = perEndpoint(({ bucket }, { settings }) =>
  settings.goldenSet === undefined
    ? []
    : [allow(['s3:GetObject', 's3:GetObjectVersion'], [bucket.arnForObjects(settings.goldenSet.key)])],
);

const listBelow = ({ bucketArn }: IBucket, prefix: string): PolicyStatement => {
  const statement = allow(['s3:ListBucket'], [bucketArn]);
  statement.addCondition('StringLike', { 's3:prefix': `${prefix}*` });
  return statement;
};

/** A function of one's own may do more than answer: it is asked only where its settings say so. */
const mayReplay = ({ settings: { replay }, builtIn }: EndpointResources): boolean =>
  (replay.mode ?? (builtIn ? 'auto' : 'off')) !== 'off';

/** Only where an endpoint keeps a sample of its requests and replays them, and those of no other. */
export const readCapturedRequests: Right = perEndpoint(({ bucket }, endpoint) => {
  const { name, captureSampleRate } = endpoint.settings;
  return captureSampleRate === 0 || !mayReplay(endpoint)
    ? []
    : [
        listBelow(bucket, `${CAPTURED_PREFIX}${name}/`),
        allow(['s3:GetObject'], [bucket.arnForObjects(`${CAPTURED_PREFIX}${name}/*`)]),
      ];
});

const samplesOf = ({ settings: { name, replay } }: EndpointResources): string =>
  replay.samples ?? `${SAMPLES_PREFIX}${name}.jsonl.gz`;

/** Whether there is the usual file of samples: each rollout looks, and reads nothing of it. */
export const findSamples: Right = perEndpoint(({ bucket }, endpoint) =>
  !mayReplay(endpoint) || endpoint.settings.replay.samples !== undefined
    ? []
    : [listBelow(bucket, samplesOf(endpoint))],
);

export const readSamples: Right = perEndpoint(({ bucket }, endpoint) =>
  mayReplay(endpoint)
    ? [allow(['s3:GetObject', 's3:GetObjectVersion'], [bucket.arnForObjects(samplesOf(endpoint))])]
    : [],
);

/** Only where requests may be replayed. An account's limits cannot be named, a function's reservation can. */
export const readLimits: Right = perEndpoint((_, endpoint) =>
  mayReplay(endpoint)
    ? [
        allow(['lambda:GetAccountSettings'], ['*']),
        allow(['lambda:GetFunctionConcurrency'], [endpoint.function.functionArn]),
      ]
    : [],
);

export const writeRecords: Right = inApp(({ bucket }) => [
  allow(['s3:PutObject'], [bucket.arnForObjects(`${ROLLOUTS_PREFIX}*`)]),
]);

/** Only where an endpoint has more class names than a version's environment holds. */
export const keepClassNames: Right = perEndpoint(({ bucket }, { settings }) =>
  keptClassNames(settings.classNames) === undefined
    ? []
    : [allow(['s3:PutObject'], [bucket.arnForObjects(`${ROLLOUTS_PREFIX}${settings.name}/${CLASS_NAMES_FOLDER}/*`)])],
);

/** The evidence of each decision, for the report: the documents by name, and nothing else that is kept of a rollout. */
export const readEvidence: Right = inApp(({ bucket }) => [
  allow(
    ['s3:GetObject'],
    Object.values(EVIDENCE_DOCUMENT).map((name) => bucket.arnForObjects(`${ROLLOUTS_PREFIX}*/${name}`)),
  ),
]);

/** What a chunk of a replay left for the next. */
export const readReplay: Right = inApp(({ bucket }) => [
  allow(['s3:GetObject'], [bucket.arnForObjects(`${ROLLOUTS_PREFIX}*/${EVIDENCE_DOCUMENT.replay}`)]),
]);

/** Metrics cannot be limited to resources. */
export const readMetrics: Right = inApp(() => [allow(['cloudwatch:GetMetricData'], ['*'])]);

/** In the app's own namespace. Metrics cannot be limited to resources. */
export const countUnavailable: Right = inApp(() => {
  const statement = allow(['cloudwatch:PutMetricData'], ['*']);
  statement.addCondition('StringEquals', { 'cloudwatch:namespace': METRIC_NAMESPACE });
  return [statement];
});

/** Only where an endpoint has alarms that veto. Described together, so that they cannot be named one by one. */
export const readVetoAlarms: Right = perEndpoint((_, { settings }) =>
  settings.vetoAlarms.length === 0 ? [] : [allow(['cloudwatch:DescribeAlarms'], ['*'])],
);

export const sendNotices: Right = inApp(({ topic, topicKey }) => [
  allow(['sns:Publish'], [topic.topicArn]),
  // The topic's own key; SNS uses it with the publisher's rights.
  ...(topicKey === undefined ? [] : [allow(['kms:Decrypt', 'kms:GenerateDataKey'], [topicKey.keyArn])]),
]);

/** Whether notices reach anyone. */
export const countSubscribers: Right = inApp(({ topic }) => [allow(['sns:GetTopicAttributes'], [topic.topicArn])]);

/** Events of our own on the account's default bus. */
export const publishEvents: Right = inApp(({ stack }) => [
  allow(['events:PutEvents'], [stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })]),
]);

/**
 * What Lambda needs, with the function's role, to hand on the table's changes. Streams are listed before one is known.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
 */
export const readStream: Right = inApp(({ table: { tableStreamArn } }) => [
  allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [tableStreamArn ?? '']),
  allow(['dynamodb:ListStreams'], ['*']),
]);

export const startRollouts: Right = inApp(({ stateMachineArn }) => [
  allow(['states:StartExecution'], [stateMachineArn]),
]);

/** By task token: a caller that has one answers. A token is the machine's, so that the right is. */
export const answerRollouts: Right = inApp(({ stateMachineArn }) => [
  allow(['states:SendTaskSuccess'], [stateMachineArn]),
]);

export const listRollouts: Right = inApp(({ stateMachineArn }) => [
  allow(['states:ListExecutions'], [stateMachineArn]),
]);

const withExecutions = (action: `states:${string}`): Right =>
  inApp(({ stack, stateMachineName }) => [
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
  ]);

export const askAboutRollouts: Right = withExecutions('states:DescribeExecution');

/** A rollback stops the rollout that runs. */
export const stopRollouts: Right = withExecutions('states:StopExecution');

// What several handlers share.

/** The settings of all endpoints, and what there is of one. */
export const lookUp = table('GetItem', 'Query');
/** The lock's lease is an update, the record a put. */
export const ownRollout = table('PutItem', 'UpdateItem');
/** Putting blue back and closing the record, whichever line of defence notices that it is needed. */
export const restore: readonly Right[] = [
  lookUp,
  table('PutItem', 'DeleteItem'),
  endpointFunction('GetAlias', 'GetFunction', 'UpdateAlias'),
  readModels,
  tellMissingObjects,
  writeRecords,
  readEvidence,
  startRollouts,
  askAboutRollouts,
];
export const judge: readonly Right[] = [
  table('GetItem'),
  ownRollout,
  endpointFunction('GetAlias'),
  readMetrics,
  readVetoAlarms,
  writeRecords,
];
