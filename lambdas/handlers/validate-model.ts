import { validateModel, validateModelInput, validateModelNeeds } from '../steps/validate-model';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler(
  'validate-model',
  validateModelNeeds,
  validateModel,
  validateModelInput,
);
