import { widgetActSchema } from '../contract/widget-event';
import { actOnClick } from '../steps/dashboard/act';
import { actNeeds } from '../steps/dashboard/needs';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('dashboard-act', actNeeds, actOnClick, widgetActSchema);
