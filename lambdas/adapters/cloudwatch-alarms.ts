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
      return names.map((name) => ({ name, state: stateOf(found.filter((one) => one.AlarmName === name)) }));
    },
  };
};

/** A state that is none of the three says as little as none. Said twice, as nothing should be, the worst counts. */
function stateOf(said: readonly { readonly StateValue?: string }[]): AlarmState {
  if (said.length === 0) return 'does not exist';
  if (said.some(({ StateValue }) => StateValue === 'ALARM')) return 'in ALARM';
  return said.every(({ StateValue }) => StateValue === 'OK') ? 'OK' : 'without data';
}
