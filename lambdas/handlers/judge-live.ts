import { rolloutStateSchema } from '../contract/rollout-state';
import { judgeLive, judgeLiveNeeds } from '../steps/judge-live';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('judge-live', judgeLiveNeeds, judgeLive, rolloutStateSchema);
