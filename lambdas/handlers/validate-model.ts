import { cloudwatchAlarms } from '../adapters/cloudwatch/alarms';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbSettings } from '../adapters/dynamodb/settings';
import { lambdaEndpointCalls } from '../adapters/lambda/endpoint-calls';
import { lambdaLiveAlias } from '../adapters/lambda/live-alias';
import { lambdaVersions } from '../adapters/lambda/versions';
import { s3Models } from '../adapters/s3/models';
import { sfnExecutions } from '../adapters/executions';
import { validateModel, validateModelInput } from '../steps/validate-model';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';

export const create = createHandler(
  (context) => ({
    alarms: cloudwatchAlarms(context),
    clock: context.clock,
    endpointCalls: lambdaEndpointCalls(context),
    executions: sfnExecutions(context),
    liveAlias: lambdaLiveAlias(context),
    liveModels: dynamodbLiveModels(context),
    locks: dynamodbLocks(context),
    models: s3Models(context),
    records: dynamodbRecords(context),
    settings: dynamodbSettings(context),
    versions: lambdaVersions(context),
  }),
  validateModel,
  validateModelInput,
);

export const handler = onLambda('validate-model', create);
