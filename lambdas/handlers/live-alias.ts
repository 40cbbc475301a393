import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbSettings, dynamodbSettingsStore } from '../adapters/dynamodb/settings';
import { dynamodbUploads } from '../adapters/dynamodb/uploads';
import { lambdaLiveAlias, lambdaLiveAliasCreation } from '../adapters/lambda/live-alias';
import { lambdaVersions } from '../adapters/lambda/versions';
import { sfnExecutions } from '../adapters/executions';
import { sha256Hex } from '../adapters/crypto';
import { lambdaContext } from '../adapters/sdk/context';
import { actsOn, answerCloudFormation } from './wiring/answer-cloudformation';
import { onLambda } from './wiring/on-lambda';
import type { CreateHandler } from './wiring/create-handler';

export const create: CreateHandler = (clients, env, extras) => {
  const context = lambdaContext(clients, env, extras?.clock ? { clock: extras.clock } : {});
  const ports = {
    clock: context.clock,
    executions: sfnExecutions(context),
    hash: sha256Hex,
    liveAlias: lambdaLiveAlias(context),
    liveAliasCreation: lambdaLiveAliasCreation(context),
    liveModels: dynamodbLiveModels(context),
    locks: dynamodbLocks(context),
    settings: dynamodbSettings(context),
    settingsStore: dynamodbSettingsStore(context),
    uploads: dynamodbUploads(context),
    versions: lambdaVersions(context),
  };
  return (event) => answerCloudFormation(event, actsOn(ports), extras?.fetch ?? fetch, context.clock);
};

export const handler = onLambda('live-alias', create);
