import { cloudwatchEvidence } from '../adapters/cloudwatch/evidence';
import { cloudwatchFunctionCalls } from '../adapters/cloudwatch/function-calls';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { lambdaEndpointCalls } from '../adapters/lambda/endpoint-calls';
import { lambdaVersions } from '../adapters/lambda/versions';
import { s3CapturedRequests } from '../adapters/s3/captured-requests';
import { s3Models } from '../adapters/s3/models';
import { rolloutStateSchema } from '../contract/rollout-state';
import { verifyGreen } from '../steps/verify-green';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    capturedRequests: s3CapturedRequests(context),
    clock: context.clock,
    endpointCalls: lambdaEndpointCalls(context),
    evidence: cloudwatchEvidence(context),
    functionCalls: cloudwatchFunctionCalls(context),
    liveModels: dynamodbLiveModels(context),
    locks: dynamodbLocks(context),
    models: s3Models(context),
    records: dynamodbRecords(context),
    versions: lambdaVersions(context),
  }),
  verifyGreen,
  rolloutStateSchema,
);

export const handler = onLambda('verify-green', create);
