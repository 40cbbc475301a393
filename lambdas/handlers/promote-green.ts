import { rolloutStateSchema } from '../contract/rollout-state';
import { promoteGreen, promoteGreenNeeds } from '../steps/promote-green';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('promote-green', promoteGreenNeeds, promoteGreen, rolloutStateSchema);
