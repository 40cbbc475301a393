import { lambdaEndpointCalls } from '../adapters/lambda/endpoint-calls';
import { rolloutStateSchema } from '../contract/rollout-state';
import { judgeLive } from '../steps/judge-live';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';
import { judgingPorts } from './wiring/judging-ports';

export const create = createHandler(
  (context) => ({ ...judgingPorts(context), endpointCalls: lambdaEndpointCalls(context) }),
  judgeLive,
  rolloutStateSchema,
);

export const handler = onLambda('judge-live', create);
