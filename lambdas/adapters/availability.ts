import { CloudWatchClient, type Dimension, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, NOT_RESTORED, UNAVAILABLE_VERSIONS } from '../contract/metric-names';
import { UNAVAILABLE_REASONS } from '../contract/transition-event';
import type { Availability } from '../ports/availability';
import { clientConfig } from './client-config';
import type { AdapterContext } from './context';
import { parseItem } from './dynamodb/stored-item';
import { dynamodbTable } from './dynamodb/table';

const AVAILABILITY = 'AVAILABILITY';
const item = z.object({
  unavailable: z.array(z.object({ version: z.string().min(1), reason: z.enum(UNAVAILABLE_REASONS) })),
  episode: z.int().min(0),
});

/** One item an endpoint, and metrics that cost only in the hours in which something is wrong. */
export const tableAvailability = (context: AdapterContext): Availability => {
  const table = dynamodbTable(context);
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  const put = async (MetricName: string, Value: number, Dimensions: Dimension[]): Promise<void> => {
    const Timestamp = new Date(context.clock.now());
    const MetricData = [{ MetricName, Dimensions, Timestamp, Value, Unit: 'Count' as const }];
    await client.send(new PutMetricDataCommand({ Namespace: METRIC_NAMESPACE, MetricData }));
  };
  return {
    told: async (endpoint) => {
      const found = await table.get(endpoint, AVAILABILITY);
      return found ? parseItem(item, found, endpoint, AVAILABILITY) : { unavailable: [], episode: 0 };
    },
    note: async (endpoint, { unavailable, episode }) => {
      const told = unavailable.map(({ version, reason }) => ({ version, reason }));
      await table.put(endpoint, AVAILABILITY, { unavailable: told, episode });
    },
    count: (endpoint, unavailable) =>
      put(UNAVAILABLE_VERSIONS, unavailable, [{ Name: METRIC_DIMENSIONS.endpoint, Value: endpoint }]),
    countNotRestored: () => put(NOT_RESTORED, 1, []),
  };
};
