import { lambdaContext, make } from '../adapters/sdk/context';
import { liveAliasNeeds } from '../steps/live-alias';
import { actsOn, answerCloudFormation } from './wiring/answer-cloudformation';
import { type CreateHandler, onLambda } from './wiring/lambda-handler';

export const create: CreateHandler = (clients, env, extras) => {
  const context = lambdaContext(clients, env, extras);
  const ports = make(liveAliasNeeds, context);
  return (event) => answerCloudFormation(event, actsOn(ports), extras?.fetch ?? fetch, context.clock);
};

export const handler = onLambda('live-alias', create);
