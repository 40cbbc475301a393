import { teardownRequestSchema } from '../contract/teardown-request';
import { teardownIdle, teardownIdleNeeds } from '../steps/teardown-idle';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler(
  'teardown-idle',
  teardownIdleNeeds,
  teardownIdle,
  teardownRequestSchema,
);
