import { rolloutStateSchema } from '../contract/rollout-state';
import { judgeCanary, judgeCanaryNeeds } from '../steps/judge-canary';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('judge-canary', judgeCanaryNeeds, judgeCanary, rolloutStateSchema);
