import { consoleLinks } from '../adapters/console-links';
import { cloudwatchTraffic } from '../adapters/cloudwatch/traffic';
import { ACT_FUNCTION } from '../contract/names';
import { widgetShowSchema } from '../contract/widget-event';
import { showWidget } from '../steps/dashboard/show';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';
import { statusPorts } from './wiring/status-ports';

export const create = createHandler(
  (context) => ({
    ...statusPorts(context),
    consoleLinks: consoleLinks(context),
    traffic: cloudwatchTraffic(context),
    actFunction: context.env[ACT_FUNCTION],
  }),
  showWidget,
  widgetShowSchema,
);

export const handler = onLambda('dashboard-view', create);
