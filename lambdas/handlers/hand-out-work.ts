import { jobRequestSchema } from '../contract/work';
import { handOutWork, handOutWorkNeeds } from '../steps/hand-out-work';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('hand-out-work', handOutWorkNeeds, handOutWork, jobRequestSchema);
