import * as z from 'zod';
import { startRollout, startRolloutNeeds } from '../steps/start-rollout';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('start-rollout', startRolloutNeeds, startRollout, z.unknown());
