import * as z from 'zod';
import { dynamodbAnnouncements } from '../adapters/dynamodb/announcements';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbSettings } from '../adapters/dynamodb/settings';
import { dynamodbUploads } from '../adapters/dynamodb/uploads';
import { s3Documents } from '../adapters/s3/documents';
import { s3Models } from '../adapters/s3/models';
import { sfnExecutions } from '../adapters/executions';
import { sha256Hex } from '../adapters/crypto';
import { startRollout } from '../steps/start-rollout';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    announcements: dynamodbAnnouncements(context),
    clock: context.clock,
    documents: s3Documents(context),
    executions: sfnExecutions(context),
    hash: sha256Hex,
    locks: dynamodbLocks(context),
    models: s3Models(context),
    records: dynamodbRecords(context),
    settings: dynamodbSettings(context),
    uploads: dynamodbUploads(context),
  }),
  startRollout,
  z.unknown(),
);

export const handler = onLambda('start-rollout', create);
