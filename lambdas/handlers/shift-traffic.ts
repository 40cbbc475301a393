import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { lambdaLiveAlias } from '../adapters/lambda/live-alias';
import { rolloutStateSchema } from '../contract/rollout-state';
import { shiftTraffic } from '../steps/shift-traffic';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    clock: context.clock,
    liveAlias: lambdaLiveAlias(context),
    locks: dynamodbLocks(context),
    records: dynamodbRecords(context),
  }),
  shiftTraffic,
  rolloutStateSchema,
);

export const handler = onLambda('shift-traffic', create);
