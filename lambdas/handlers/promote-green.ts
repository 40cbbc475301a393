import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { lambdaVersions } from '../adapters/lambda/versions';
import { lambdaLiveAlias } from '../adapters/lambda/live-alias';
import { rolloutStateSchema } from '../contract/rollout-state';
import { promoteGreen } from '../steps/promote-green';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    clock: context.clock,
    liveAlias: lambdaLiveAlias(context),
    liveModels: dynamodbLiveModels(context),
    locks: dynamodbLocks(context),
    records: dynamodbRecords(context),
    versions: lambdaVersions(context),
  }),
  promoteGreen,
  rolloutStateSchema,
);

export const handler = onLambda('promote-green', create);
