import { widgetShowSchema } from '../contract/widget-event';
import { showWidget } from '../steps/dashboard/show';
import { showNeeds } from '../steps/dashboard/needs';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('dashboard-view', showNeeds, showWidget, widgetShowSchema);
