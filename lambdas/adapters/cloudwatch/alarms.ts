import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { type AdapterContext, clientConfig } from '../sdk/context';

/** `without data`: the alarm has seen nothing that it could tell from trouble. */
export type AlarmState = 'OK' | 'in ALARM' | 'without data' | 'does not exist';

export interface NamedAlarm {
  readonly name: string;
  readonly state: AlarmState;
}

/** Alarms that a user named as a veto. */
export interface Alarms {
  /** How each named alarm stands, in the order of the names. */
  alarmStates(names: readonly string[]): Promise<readonly NamedAlarm[]>;
}

/** Metric and composite alarms by name, at most 100 a call as AWS allows (the settings allow no more). */
export const cloudwatchAlarms = (context: AdapterContext): Alarms => {
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  return {
    alarmStates: async (names) => {
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
