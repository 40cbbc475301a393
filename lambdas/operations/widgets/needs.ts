import { and, type AdapterContext, type Made } from '../../adapters/sdk/context';
import { ACT_FUNCTION } from '../../contract/names';
import { cloudwatchTraffic } from '../../adapters/cloudwatch/traffic';
import { consoleLinks } from '../../adapters/console-links';
import { lambdaTeardown } from '../../adapters/lambda/teardown';
import { lambdaVersions } from '../../adapters/lambda/versions';
import { sfnAnswers } from '../../adapters/executions';
import { sha256Hex } from '../../adapters/crypto';
import { statusNeeds } from '../needs';

export const actNeeds = /* @__PURE__ */ and(statusNeeds, {
  consoleLinks,
  answers: sfnAnswers,
  hash: () => sha256Hex,
  teardown: lambdaTeardown,
  versions: lambdaVersions,
});
export type ActNeeds = Made<typeof actNeeds>;

export const showNeeds = /* @__PURE__ */ and(statusNeeds, {
  consoleLinks,
  traffic: cloudwatchTraffic,
  /** ARN of the function that the buttons call; undefined where the dashboard only shows. */
  actFunction: ({ env }: AdapterContext): string | undefined => env[ACT_FUNCTION],
});
export type ShowNeeds = Made<typeof showNeeds>;
