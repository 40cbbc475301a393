import * as z from 'zod';
import { teardownRequestSchema, workEventSchema } from '../contract/work';
import { teardownIdle, teardownIdleNeeds } from '../steps/teardown-idle';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler(
  'teardown-idle',
  teardownIdleNeeds,
  teardownIdle,
  z.union([teardownRequestSchema, workEventSchema]),
);
