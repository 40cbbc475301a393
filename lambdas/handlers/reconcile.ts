import * as z from 'zod';
import { dynamodbLiveModels } from '../adapters/dynamodb-live-models';
import { dynamodbLocks } from '../adapters/dynamodb-locks';
import { dynamodbRecords } from '../adapters/dynamodb-records';
import { dynamodbSettings } from '../adapters/dynamodb-settings';
import { dynamodbUploads } from '../adapters/dynamodb-uploads';
import { lambdaLiveAlias } from '../adapters/lambda-live-alias';
import { s3Documents } from '../adapters/s3-documents';
import { sfnExecutions } from '../adapters/sfn-executions';
import { snsNotices } from '../adapters/sns-notices';
import { reconcile } from '../steps/reconcile';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    clock: context.clock,
    documents: s3Documents(context),
    executions: sfnExecutions(context),
    liveAlias: lambdaLiveAlias(context),
    liveModels: dynamodbLiveModels(context),
    locks: dynamodbLocks(context),
    notices: snsNotices(context),
    records: dynamodbRecords(context),
    settings: dynamodbSettings(context),
    uploads: dynamodbUploads(context),
  }),
  reconcile,
  z.unknown(),
);

export const handler = onLambda('reconcile', create);
