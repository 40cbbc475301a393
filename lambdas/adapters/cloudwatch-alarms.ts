import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Alarms } from '../ports/alarms';
import { clientConfig } from './client-config';
import type { AdapterContext } from './context';

type Veto = Awaited<ReturnType<Alarms['vetoes']>>[number];

/** Metric and composite alarms by name, at most 100 a call as AWS allows (the settings allow no more). */
export const cloudwatchAlarms = (context: AdapterContext): Alarms => {
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  return {
    vetoes: async (names) => {
      const answer = await client.send(
        new DescribeAlarmsCommand({
          AlarmNames: [...names],
          AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
          MaxRecords: 100,
        }),
      );
      const found = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])];
      return names.flatMap((name): readonly Veto[] => {
        const alarm = found.find((one) => one.AlarmName === name);
        if (alarm === undefined) return [{ name, why: 'does not exist' }];
        return alarm.StateValue === 'ALARM' ? [{ name, why: 'in ALARM' }] : [];
      });
    },
  };
};
