import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { lambdaVersions } from '../adapters/lambda/versions';
import { s3Documents } from '../adapters/s3/documents';
import { randomKey } from '../adapters/crypto';
import { rolloutStateSchema } from '../contract/rollout-state';
import { deployGreen } from '../steps/deploy-green';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    clock: context.clock,
    documents: s3Documents(context),
    locks: dynamodbLocks(context),
    randomKey,
    records: dynamodbRecords(context),
    versions: lambdaVersions(context),
  }),
  deployGreen,
  rolloutStateSchema,
);

export const handler = onLambda('deploy-green', create);
