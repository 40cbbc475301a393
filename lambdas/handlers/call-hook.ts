import { callHook, callHookInput, callHookNeeds } from '../steps/call-hook';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('call-hook', callHookNeeds, callHook, callHookInput);
