import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type AwsClients, clientConfig } from '../../lambdas/adapters/sdk/context';
import { s3Addressing } from '../../lambdas/adapters/s3/client';

export interface Clients extends AwsClients {
  readonly cloudformation: CloudFormationClient;
}

/** Clients as the environment says: region, credentials, and AWS_ENDPOINT_URL for an emulator. */
export const clientsFromEnvironment = (): Clients => ({
  cloudformation: new CloudFormationClient(clientConfig),
  cloudwatch: new CloudWatchClient(clientConfig),
  dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig), {
    marshallOptions: { removeUndefinedValues: true },
  }),
  lambda: new LambdaClient(clientConfig),
  s3: new S3Client({ ...clientConfig, ...s3Addressing }),
  sfn: new SFNClient(clientConfig),
  sns: new SNSClient(clientConfig),
  sqs: new SQSClient(clientConfig),
  eventbridge: new EventBridgeClient(clientConfig),
});
