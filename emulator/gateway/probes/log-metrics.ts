import { lastMinutes } from './metric-data';
import type { Probe } from './probe';
import { ALIAS } from './probe-function';

const METRIC = { namespace: 'GatewayProbe', metric: 'Logged' };

export const logMetrics: Probe = {
  behaviour: 'log-metrics',
  aws: 'A line that a function logs in embedded metric format becomes a metric.',
  source:
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html',
  has: async (setting) => {
    const directive = { Namespace: METRIC.namespace, Dimensions: [['Probe']], Metrics: [{ Name: METRIC.metric }] };
    const line = {
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] },
      Probe: setting.functionName,
      [METRIC.metric]: 1,
    };
    await setting.invoke({ log: JSON.stringify(line) }, ALIAS);
    const [sum] = await lastMinutes(setting, { ...METRIC, dimensions: { Probe: setting.functionName } }, 'Sum');
    return sum === 1;
  },
};
