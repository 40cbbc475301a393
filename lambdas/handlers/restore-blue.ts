import { restoreBlue, restoreBlueInput, restoreNeeds } from '../steps/restore-blue';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('restore-blue', restoreNeeds, restoreBlue, restoreBlueInput);
