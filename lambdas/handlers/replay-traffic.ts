import { rolloutStateSchema } from '../contract/rollout-state';
import { replayTraffic, replayTrafficNeeds } from '../steps/replay-traffic';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler(
  'replay-traffic',
  replayTrafficNeeds,
  replayTraffic,
  rolloutStateSchema,
);
