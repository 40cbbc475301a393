import { rolloutStateSchema } from '../contract/rollout-state';
import { deployGreen, deployGreenNeeds } from '../steps/deploy-green';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('deploy-green', deployGreenNeeds, deployGreen, rolloutStateSchema);
