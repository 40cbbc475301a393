import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { lastMinutes } from './metric-data';
import type { Probe } from './probe';

const METRIC = { namespace: 'GatewayProbe', metric: 'Statistics' };

export const statistics: Probe = {
  behaviour: 'statistics',
  aws: 'GetMetricData answers percentiles, `PR(a:b)` (lower bound exclusive, upper inclusive) and trimmed counts `TC(a:b)`.',
  source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html',
  has: async (setting) => {
    const dimensions = { Probe: setting.functionName };
    // Of 1, 2, 3 and 4 only 2 and 3 are above 1 and not above 3.
    const datum = { Dimensions: [{ Name: 'Probe', Value: setting.functionName }], Values: [1, 2, 3, 4] };
    const MetricData = [{ MetricName: METRIC.metric, Timestamp: new Date(), ...datum }];
    await setting.cloudwatch.send(new PutMetricDataCommand({ Namespace: METRIC.namespace, MetricData }));
    const found = await lastMinutes(setting, { ...METRIC, dimensions }, 'PR(1:3)', 'TC(1:3)', 'Sum');
    return String(found) === '50,2,10';
  },
};
