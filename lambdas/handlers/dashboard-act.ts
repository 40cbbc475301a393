import { consoleLinks } from '../adapters/console-links';
import { lambdaTeardown } from '../adapters/lambda/teardown';
import { lambdaVersions } from '../adapters/lambda/versions';
import { sfnAnswers } from '../adapters/executions';
import { sha256Hex } from '../adapters/crypto';
import { widgetActSchema } from '../contract/widget-event';
import { actOnClick } from '../steps/dashboard/act';
import { createHandler } from './wiring/create-handler';
import { onLambda } from './wiring/on-lambda';
import { statusPorts } from './wiring/status-ports';

export const create = createHandler(
  (context) => ({
    ...statusPorts(context),
    consoleLinks: consoleLinks(context),
    answers: sfnAnswers(context),
    hash: sha256Hex,
    teardown: lambdaTeardown(context),
    versions: lambdaVersions(context),
  }),
  actOnClick,
  widgetActSchema,
);

export const handler = onLambda('dashboard-act', create);
