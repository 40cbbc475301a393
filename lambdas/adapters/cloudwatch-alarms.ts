import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Alarms, AlarmState } from '../ports/alarms';
import { clientConfig } from './client-config';
import type { AdapterContext } from './context';

/** Metric and composite alarms by name, at most 100 a call as AWS allows (the settings allow no more). */
export const cloudwatchAlarms = (context: AdapterContext): Alarms => {
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  return {
    states: async (names) => {
      const answer = await client.send(
        new DescribeAlarmsCommand({
          AlarmNames: [...names],
          AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
          MaxRecords: 100,
        }),
      );
      const found = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? [])];
      return names.map((name) => ({ name, state: stateOf(found.find((one) => one.AlarmName === name)) }));
    },
  };
};

/** A state that is none of the three says as little as none. */
function stateOf(alarm: { readonly StateValue?: string } | undefined): AlarmState {
  if (alarm === undefined) return 'does not exist';
  switch (alarm.StateValue) {
    case 'OK':
      return 'OK';
    case 'ALARM':
      return 'in ALARM';
    default:
      return 'without data';
  }
}
