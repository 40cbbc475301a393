import * as z from 'zod';
import { restoreNeeds } from '../steps/restore-blue';
import { safetyNet } from '../steps/safety-net';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('safety-net', restoreNeeds, safetyNet, z.unknown());
