import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { lambdaVersions } from '../adapters/lambda/versions';
import { rolloutStateSchema } from '../contract/rollout-state';
import { discardGreen } from '../steps/discard-green';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    clock: context.clock,
    liveModels: dynamodbLiveModels(context),
    locks: dynamodbLocks(context),
    versions: lambdaVersions(context),
  }),
  discardGreen,
  rolloutStateSchema,
);

export const handler = onLambda('discard-green', create);
