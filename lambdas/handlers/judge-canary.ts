import { cloudwatchAlarms } from '../adapters/cloudwatch-alarms';
import { cloudwatchEvidence } from '../adapters/cloudwatch-evidence';
import { dynamodbLiveModels } from '../adapters/dynamodb-live-models';
import { dynamodbLocks } from '../adapters/dynamodb-locks';
import { dynamodbRecords } from '../adapters/dynamodb-records';
import { lambdaLiveAlias } from '../adapters/lambda-live-alias';
import { s3Documents } from '../adapters/s3-documents';
import { rolloutStateSchema } from '../contract/rollout-state';
import { judgeCanary } from '../steps/judge-canary';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    alarms: cloudwatchAlarms(context),
    clock: context.clock,
    documents: s3Documents(context),
    evidence: cloudwatchEvidence(context),
    liveAlias: lambdaLiveAlias(context),
    liveModels: dynamodbLiveModels(context),
    locks: dynamodbLocks(context),
    records: dynamodbRecords(context),
  }),
  judgeCanary,
  rolloutStateSchema,
);

export const handler = onLambda('judge-canary', create);
