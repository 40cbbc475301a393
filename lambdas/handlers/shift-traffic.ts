import { rolloutStateSchema } from '../contract/rollout-state';
import { shiftTraffic, shiftTrafficNeeds } from '../steps/shift-traffic';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('shift-traffic', shiftTrafficNeeds, shiftTraffic, rolloutStateSchema);
