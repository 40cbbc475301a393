import { cloudwatchAlarms } from '../../lambdas/adapters/cloudwatch/alarms';
import { CloudWatchService } from '../../simulator/services/cloudwatch-service';
import { testWorld } from '../simulator/services/test-world';
import { contextWith, type Intercept, standIn } from './stand-ins';

function alarms(intercept?: Intercept) {
  const service = new CloudWatchService(testWorld());
  const { client, sent } = standIn(service, intercept);
  return { service, sent, adapter: cloudwatchAlarms(contextWith({ cloudwatch: client })) };
}

describe("the user's alarms", () => {
  test('are told by state, in the order of their names, and one that does not exist too', async () => {
    const { service, adapter } = alarms();
    service.setAlarm('rings', 'ALARM');
    service.setAlarm('quiet', 'OK');
    service.setAlarm('new', 'INSUFFICIENT_DATA');
    service.setAlarm('other', 'OK');
    expect(await adapter.alarmStates(['quiet', 'gone', 'new', 'rings'])).toEqual([
      { name: 'quiet', state: 'OK' },
      { name: 'gone', state: 'does not exist' },
      { name: 'new', state: 'without data' },
      { name: 'rings', state: 'in ALARM' },
    ]);
  });

  test('are found among composite alarms as well', async () => {
    const { adapter, sent } = alarms(() => ({
      MetricAlarms: [{ AlarmName: 'a', StateValue: 'OK' }],
      CompositeAlarms: [{ AlarmName: 'b', StateValue: 'INSUFFICIENT_DATA' }],
    }));
    expect(await adapter.alarmStates(['a', 'b'])).toEqual([
      { name: 'a', state: 'OK' },
      { name: 'b', state: 'without data' },
    ]);
    // Without the type CloudWatch answers metric alarms alone.
    expect(sent[0]?.input).toMatchObject({ AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], MaxRecords: 100 });
  });

  test('in an unknown state say as little as one without data', async () => {
    const { adapter } = alarms(() => ({ MetricAlarms: [{ AlarmName: 'a', StateValue: 'SOMETHING_NEW' }] }));
    expect(await adapter.alarmStates(['a'])).toEqual([{ name: 'a', state: 'without data' }]);
  });
});
