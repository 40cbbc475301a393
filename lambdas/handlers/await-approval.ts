import { awaitApproval, awaitApprovalInput, awaitApprovalNeeds } from '../steps/await-approval';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler(
  'await-approval',
  awaitApprovalNeeds,
  awaitApproval,
  awaitApprovalInput,
);
