import { rolloutStateSchema } from '../contract/rollout-state';
import { finishRollout, finishRolloutNeeds } from '../steps/finish-rollout';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler(
  'finish-rollout',
  finishRolloutNeeds,
  finishRollout,
  rolloutStateSchema,
);
