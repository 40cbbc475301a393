import { lastMinutes } from './metric-data';
import type { Probe } from './probe';
import { ALIAS } from './probe-function';

export const versionMetrics: Probe = {
  behaviour: 'version-metrics',
  aws: 'Invocations of an alias are counted per version that ran: dimensions FunctionName, Resource (`name:alias`) and ExecutedVersion.',
  source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html',
  has: async (setting) => {
    const { functionName, invoke } = setting;
    const { executedVersion = '' } = await invoke({}, ALIAS);
    const dimensions = {
      FunctionName: functionName,
      Resource: `${functionName}:${ALIAS}`,
      ExecutedVersion: executedVersion,
    };
    const [sum] = await lastMinutes(setting, { namespace: 'AWS/Lambda', metric: 'Invocations', dimensions }, 'Sum');
    return sum !== undefined && sum > 0;
  },
};
