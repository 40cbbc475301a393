import { dynamodbAnnouncements } from '../adapters/dynamodb/announcements';
import { dynamodbHolds } from '../adapters/dynamodb/decisions';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbSettings } from '../adapters/dynamodb/settings';
import { lambdaLiveAlias } from '../adapters/lambda/live-alias';
import { lambdaVersions } from '../adapters/lambda/versions';
import { teardownRequestSchema } from '../contract/teardown-request';
import { teardownIdle } from '../steps/teardown-idle';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    announcements: dynamodbAnnouncements(context),
    clock: context.clock,
    holds: dynamodbHolds(context),
    liveAlias: lambdaLiveAlias(context),
    liveModels: dynamodbLiveModels(context),
    locks: dynamodbLocks(context),
    records: dynamodbRecords(context),
    settings: dynamodbSettings(context),
    versions: lambdaVersions(context),
  }),
  teardownIdle,
  teardownRequestSchema,
);

export const handler = onLambda('teardown-idle', create);
