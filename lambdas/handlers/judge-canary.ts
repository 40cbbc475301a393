import { dynamodbDecisions } from '../adapters/dynamodb/decisions';
import { rolloutStateSchema } from '../contract/rollout-state';
import { judgeCanary } from '../steps/judge-canary';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';
import { judgingPorts } from './wiring/judging-ports';

export const create = createHandler(
  (context) => ({ ...judgingPorts(context), decisions: dynamodbDecisions(context) }),
  judgeCanary,
  rolloutStateSchema,
);

export const handler = onLambda('judge-canary', create);
