import { widgetShowSchema } from '../contract/widget-event';
import { showWidget } from '../operations/widgets/show';
import { showNeeds } from '../operations/widgets/needs';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('dashboard-view', showNeeds, showWidget, widgetShowSchema);
