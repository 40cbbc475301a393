import * as z from 'zod';
import { CloudWatchClient, type Dimension, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, NOT_RESTORED, UNAVAILABLE_VERSIONS } from '../../contract/metric-names';
import { UNAVAILABLE_REASONS, type UnavailableReason } from '../../contract/transition-event';
import { type AdapterContext, clientConfig } from '../sdk/context';
import { dynamodbTable, parsedItem } from './table';

/** What a version is needed for. */
export type NeededFor = (typeof NEEDED_FOR)[number];
const NEEDED_FOR = ['live', 'rollback-target'] as const;

/** A version that is needed and cannot be used, as people were told. */
export interface ToldUnavailable {
  readonly version: string;
  readonly reason: UnavailableReason;
  /** Told anew where it changes: what no user was served by may be what serves them now. */
  readonly neededFor: NeededFor;
}

export interface ToldAvailability {
  readonly unavailable: readonly ToldUnavailable[];
  /** Grows whenever what is told changes, so that the same thing, happening again, is told again. */
  readonly episode: number;
}

/** What people were told of versions that cannot be used, and the metric that alarms watch. */
export interface Availability {
  readTold(endpoint: string): Promise<ToldAvailability>;
  noteTold(endpoint: string, told: ToldAvailability): Promise<void>;
  /** Puts `UnavailableVersions` of the endpoint; not called for 0. */
  countUnavailable(endpoint: string, unavailable: number): Promise<void>;
  /** Puts `NotRestored`, once for an endpoint. */
  countNotRestored(): Promise<void>;
}

const AVAILABILITY = 'AVAILABILITY';
const item = z.object({
  unavailable: z.array(
    z.object({
      version: z.string().min(1),
      reason: z.enum(UNAVAILABLE_REASONS),
      // Items of before that do not say: told once more, as what it is for.
      neededFor: z.enum(NEEDED_FOR).default('rollback-target'),
    }),
  ),
  episode: z.int().min(0),
});

/** One item an endpoint, and metrics that cost only in the hours in which something is wrong. */
export const tableAvailability = (context: AdapterContext): Availability => {
  const table = dynamodbTable(context);
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  const putMetric = async (MetricName: string, Value: number, Dimensions: Dimension[]): Promise<void> => {
    const Timestamp = new Date(context.clock.now());
    const MetricData = [{ MetricName, Dimensions, Timestamp, Value, Unit: 'Count' as const }];
    await client.send(new PutMetricDataCommand({ Namespace: METRIC_NAMESPACE, MetricData }));
  };
  return {
    readTold: async (endpoint) =>
      parsedItem(item, await table.getItem(endpoint, AVAILABILITY)) ?? { unavailable: [], episode: 0 },
    noteTold: async (endpoint, { unavailable, episode }) => {
      const told = unavailable.map(({ version, reason, neededFor }) => ({ version, reason, neededFor }));
      await table.putItem(endpoint, AVAILABILITY, { unavailable: told, episode });
    },
    countUnavailable: (endpoint, unavailable) =>
      putMetric(UNAVAILABLE_VERSIONS, unavailable, [{ Name: METRIC_DIMENSIONS.endpoint, Value: endpoint }]),
    countNotRestored: () => putMetric(NOT_RESTORED, 1, []),
  };
};
