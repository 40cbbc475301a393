import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { LAMBDA, totals } from '../bench/metrics';
import { until } from '../bench/until';
import { OUTPUTS } from '../stack/names';
import { NotAskable, answered, type Question } from './question';

export const alarmArrives: Question = {
  id: 'C13',
  question: 'Does an alarm reach a subscriber, through the topic and the key as the app makes them?',
  assumption: 'Yes, within a minute: the policies of topic and key let CloudWatch publish for alarms of this account',
  buildsOn: ['lib/notices.ts', 'lib/alarms.ts', 'lib/endpoint-alarms.ts'],
  minutes: 10,
  how:
    'a function subscribes to a topic like the app’s; an alarm is set to ALARM, once; the function’s calls are ' +
    'counted',
  ask: async (bench) => {
    const alarm = bench.stack?.outputs[OUTPUTS.alarm];
    if (alarm === undefined) throw new NotAskable('it needs the deployed stack of questions');
    if (bench.place !== 'aws') throw new NotAskable('an emulator lets everybody publish, whatever the policies say');
    const began = bench.clock.now();
    await bench.cloudwatch.send(
      new SetAlarmStateCommand({ AlarmName: alarm, StateValue: 'ALARM', StateReason: 'asked by the test' }),
    );
    const calls = { namespace: LAMBDA, metric: 'Invocations', dimensions: { FunctionName: bench.functionName } };
    const wait = { withinMs: bench.pace.patienceMs, everyMs: bench.pace.everyMs };
    const heard = await until(bench.clock, wait, async () => (await totals(bench, began, 'Sum', [calls]))[0]);
    return answered(heard !== undefined && heard >= 1, `the subscriber was called ${heard ?? 0} times`, {
      calls: heard ?? 0,
    });
  },
};
