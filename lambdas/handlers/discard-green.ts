import { rolloutStateSchema } from '../contract/rollout-state';
import { discardGreen, discardGreenNeeds } from '../steps/discard-green';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('discard-green', discardGreenNeeds, discardGreen, rolloutStateSchema);
