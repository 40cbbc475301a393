import { widgetActSchema } from '../contract/widget-event';
import { actOnClick } from '../operations/widgets/act';
import { actNeeds } from '../operations/widgets/needs';
import { lambdaHandler } from './wiring/lambda-handler';

export const { create, handler } = lambdaHandler('dashboard-act', actNeeds, actOnClick, widgetActSchema);
