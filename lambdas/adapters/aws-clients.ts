import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The SDK clients that adapters are built on. Handlers make them once per environment; tests pass stand-ins. */
export interface AwsClients {
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly cloudwatch: CloudWatchClient;
  readonly sfn: SFNClient;
  readonly sns: SNSClient;
  readonly eventbridge: EventBridgeClient;
}
