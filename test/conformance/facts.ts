const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest';
const CLOUDWATCH = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest';
const STATES = 'https://docs.aws.amazon.com/step-functions/latest';
const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest';
const TABLES = 'https://docs.aws.amazon.com/amazondynamodb/latest';

interface Fact {
  readonly says: string;
  /** AWS's own text, or what people and other code bases found. */
  readonly from: 'AWS' | 'the field';
  readonly url: string;
}

/** What the expectations stand on. */
export const FACTS = {
  L1: {
    says:
      'A weighted alias points to at most two versions, both published, with the same execution role and ' +
      'dead-letter queue.',
    from: 'AWS',
    url: `${LAMBDA}/dg/configuring-alias-routing.html`,
  },
  L2: {
    says: 'A weight between 0 and 1 is the share of the additional version; the alias draws for each request.',
    from: 'AWS',
    url: `${LAMBDA}/dg/configuring-alias-routing.html`,
  },
  L3: {
    says: 'UpdateAlias only writes when the RevisionId matches, which changes with each update.',
    from: 'AWS',
    url: `${LAMBDA}/api/API_UpdateAlias.html`,
  },
  L4: {
    says: 'Weights go with an explicit empty map; leaving RoutingConfig out keeps them.',
    from: 'the field',
    url: 'https://github.com/hashicorp/terraform-provider-aws/pull/48116',
  },
  L7: {
    says:
      'Invoke answers with ExecutedVersion, the version that the alias resolved to; the handler sees it in its ' +
      'context.',
    from: 'AWS',
    url: `${LAMBDA}/api/API_Invoke.html`,
  },
  L8: {
    says:
      'PublishVersion publishes nothing when code and configuration are those of the last version; it checks ' +
      'CodeSha256 and RevisionId.',
    from: 'AWS',
    url: `${LAMBDA}/api/API_PublishVersion.html`,
  },
  L9: {
    says: 'Functions have State and LastUpdateStatus; a published version becomes Active, an update becomes Successful.',
    from: 'AWS',
    url: `${LAMBDA}/dg/functions-states.html`,
  },
  L10: {
    says:
      'Configuration is locked into a version; Environment is replaced whole, at most 4 KB; a version that an ' +
      'alias uses cannot be deleted.',
    from: 'AWS',
    url: `${LAMBDA}/api/API_DeleteFunction.html`,
  },
  V1: {
    says:
      'Answers of AWS that others recorded: when revisions move, what makes a version, what clearing weights ' +
      'answers, which provisioned concurrency is refused.',
    from: 'the field',
    url: 'https://github.com/localstack/localstack/tree/main/tests/aws/services/lambda_',
  },
  L11: {
    says: 'Provisioned concurrency is of a version, or of an alias without weights, never of $LATEST.',
    from: 'AWS',
    url: `${LAMBDA}/dg/provisioned-concurrency.html`,
  },
  L14: {
    says: 'Provisioned concurrency is IN_PROGRESS, READY or FAILED; asking where there is none has an error of its own.',
    from: 'AWS',
    url: `${LAMBDA}/api/API_GetProvisionedConcurrencyConfig.html`,
  },
  L15: {
    says: 'An account says how many executions may run at once, and how many of them no function has reserved.',
    from: 'AWS',
    url: `${LAMBDA}/api/API_GetAccountSettings.html`,
  },
  L30: {
    says:
      'A function for which executions are reserved has those and no more, and one for which none are names no ' +
      'number.',
    from: 'AWS',
    url: `${LAMBDA}/api/API_GetFunctionConcurrency.html`,
  },
  L26: {
    says:
      'A function that throws or times out answers 200 with FunctionError; LogResult is the last 4 KB of its log ' +
      'in base64.',
    from: 'AWS',
    url: `${LAMBDA}/api/API_Invoke.html`,
  },
  C2: {
    says:
      'Invocations through an alias are counted under FunctionName, Resource (name:alias) and ExecutedVersion ' +
      'together.',
    from: 'AWS',
    url: `${LAMBDA}/dg/monitoring-functions-metrics.html`,
  },
  C4: {
    says: 'A minute without invocations has no datapoint.',
    from: 'AWS',
    url: `${LAMBDA}/dg/monitoring-functions-metrics.html`,
  },
  C6: {
    says:
      'GetMetricData takes up to 500 queries; the start is inclusive, the end exclusive; each result has a ' +
      'StatusCode.',
    from: 'AWS',
    url: `${CLOUDWATCH}/APIReference/API_GetMetricData.html`,
  },
  C7: {
    says:
      'Statistics are names such as p99, PR(100:2000) and TC(150:); lower bounds are exclusive, upper ones ' +
      'inclusive.',
    from: 'AWS',
    url: `${CLOUDWATCH}/monitoring/Statistics-definitions.html`,
  },
  C10: {
    says: 'Log lines in embedded metric format become metrics.',
    from: 'AWS',
    url: `${CLOUDWATCH}/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html`,
  },
  C13: {
    says: 'DescribeAlarms finds alarms by name, with their state; a name without an alarm is left out.',
    from: 'AWS',
    url: `${CLOUDWATCH}/APIReference/API_DescribeAlarms.html`,
  },
  F2: {
    says: 'Starting again under the same name and input is the same start while it runs; else the name is taken.',
    from: 'AWS',
    url: `${STATES}/apireference/API_StartExecution.html`,
  },
  F3: {
    says: 'A name has at most 80 characters and none of a list of others.',
    from: 'AWS',
    url: `${STATES}/apireference/API_StartExecution.html`,
  },
  F8: {
    says:
      "A function's error has the thrown error's name, which Retry and Catch match; those of Lambda itself begin " +
      'with Lambda.',
    from: 'AWS',
    url: `${STATES}/dg/concepts-error-handling.html`,
  },
  F11: {
    says: 'StopExecution ends an execution as ABORTED, with the error and cause that it gives; no Catch runs.',
    from: 'AWS',
    url: `${STATES}/apireference/API_StopExecution.html`,
  },
  F12: {
    says:
      'Changes of an execution’s status are events on the bus, with input and output as text and times in ' +
      'milliseconds.',
    from: 'AWS',
    url: `${STATES}/dg/eventbridge-integration.html`,
  },
  F13: {
    says: 'A redrive goes on at the failed state, under the same ARN; executions that succeeded cannot be redriven.',
    from: 'AWS',
    url: `${STATES}/dg/redrive-executions.html`,
  },
  F14: {
    says: 'ListExecutions lists the newest first and is eventually consistent.',
    from: 'AWS',
    url: `${STATES}/apireference/API_ListExecutions.html`,
  },
  F19: {
    says: 'A task token is answered once, by SendTaskSuccess or SendTaskFailure.',
    from: 'AWS',
    url: `${STATES}/apireference/API_SendTaskSuccess.html`,
  },
  S1: {
    says: 'Object Created events carry bucket, key as it is, size, etag, version id, sequencer and reason.',
    from: 'AWS',
    url: `${S3}/userguide/ev-events.html`,
  },
  S3: {
    says: 'A SHA-256 that comes with an object is checked, kept, and told where the checksum mode is enabled.',
    from: 'AWS',
    url: `${S3}/userguide/checking-object-integrity-upload.html`,
  },
  S4: {
    says: 'If-None-Match: * writes only what is not there, If-Match only over that ETag; else 412.',
    from: 'AWS',
    url: `${S3}/userguide/conditional-writes.html`,
  },
  S6: {
    says: 'In a versioned bucket each write is a version and a delete adds a marker; versions stay readable by id.',
    from: 'AWS',
    url: `${S3}/userguide/DeleteMarker.html`,
  },
  S7: {
    says:
      'What is not there has a code of its own: NoSuchKey, NoSuchVersion, NoSuchBucket; a HEAD answer has no body, ' +
      'so only 404.',
    from: 'AWS',
    url: `${S3}/API/ErrorResponses.html`,
  },
  S8: {
    says: 'Names of user metadata come back in lower case.',
    from: 'AWS',
    url: `${S3}/userguide/UsingMetadata.html`,
  },
  S9: {
    says: 'ListObjectVersions goes by key, newest version first, in pages that the markers continue.',
    from: 'AWS',
    url: `${S3}/API/API_ListObjectVersions.html`,
  },
  S10: {
    says: 'ListObjectsV2 goes by key over current versions, from beyond StartAfter, in pages that a token continues.',
    from: 'AWS',
    url: `${S3}/API/API_ListObjectsV2.html`,
  },
  S11: {
    says: 'CopyObject takes the version that CopySource names, of any bucket, and with REPLACE no metadata of it.',
    from: 'AWS',
    url: `${S3}/API/API_CopyObject.html`,
  },
  T1: {
    says:
      'A condition that does not hold refuses the write with ConditionalCheckFailedException and leaves the item ' +
      'as it is.',
    from: 'AWS',
    url: `${TABLES}/developerguide/Expressions.ConditionExpressions.html`,
  },
  T2: {
    says: 'Numbers compare as numbers, texts by the bytes of their UTF-8.',
    from: 'AWS',
    url: `${TABLES}/developerguide/HowItWorks.NamingRulesDataTypes.html`,
  },
  T3: {
    says:
      'A query answers in the order of the sort key, backwards on request, in pages that LastEvaluatedKey ' +
      'continues.',
    from: 'AWS',
    url: `${TABLES}/APIReference/API_Query.html`,
  },
  T4: {
    says: 'UpdateItem creates an item that is not there; DeleteItem of nothing succeeds.',
    from: 'AWS',
    url: `${TABLES}/APIReference/API_UpdateItem.html`,
  },
  T5: {
    says: 'Reserved words need a placeholder; placeholders that are not used are refused.',
    from: 'AWS',
    url: `${TABLES}/developerguide/Expressions.ExpressionAttributeNames.html`,
  },
  T6: {
    says: 'A transaction whose condition fails writes nothing and says which.',
    from: 'AWS',
    url: `${TABLES}/APIReference/API_TransactWriteItems.html`,
  },
  N1: {
    says: 'Publish answers a MessageId; it refuses unknown topics, empty messages and subjects beyond 100 characters.',
    from: 'AWS',
    url: 'https://docs.aws.amazon.com/sns/latest/api/API_Publish.html',
  },
  N2: {
    says: 'GetTopicAttributes tells confirmed and pending subscriptions as text; a topic that is not there is NotFound.',
    from: 'AWS',
    url: 'https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html',
  },
  Q1: {
    says:
      'SendMessageBatch takes up to ten messages and says of each whether it was taken; more are refused as a ' +
      'whole.',
    from: 'AWS',
    url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html',
  },
  E1: {
    says: 'PutEvents answers 200 and says of each entry whether it was taken: EventId, or ErrorCode and ErrorMessage.',
    from: 'AWS',
    url: 'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html',
  },
} as const satisfies Readonly<Record<string, Fact>>;

export type FactId = keyof typeof FACTS;
