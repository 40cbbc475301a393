import * as z from 'zod';
import { reconcile, reconcileNeeds } from '../steps/reconcile';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('reconcile', reconcileNeeds, reconcile, z.unknown());
