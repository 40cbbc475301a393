import { rolloutStateSchema } from '../contract/rollout-state';
import { verifyGreen, verifyGreenNeeds } from '../steps/verify-green';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('verify-green', verifyGreenNeeds, verifyGreen, rolloutStateSchema);
