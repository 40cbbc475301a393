import { dynamodbAnnouncements } from '../adapters/dynamodb/announcements';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbUploads } from '../adapters/dynamodb/uploads';
import { s3Documents } from '../adapters/s3/documents';
import { sfnExecutions } from '../adapters/executions';
import { rolloutStateSchema } from '../contract/rollout-state';
import { finishRollout } from '../steps/finish-rollout';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    announcements: dynamodbAnnouncements(context),
    clock: context.clock,
    documents: s3Documents(context),
    executions: sfnExecutions(context),
    locks: dynamodbLocks(context),
    records: dynamodbRecords(context),
    uploads: dynamodbUploads(context),
  }),
  finishRollout,
  rolloutStateSchema,
);

export const handler = onLambda('finish-rollout', create);
