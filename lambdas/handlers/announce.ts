import * as z from 'zod';
import { announce, announceNeeds } from '../steps/announce';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('announce', announceNeeds, announce, z.unknown());
