import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';
import { invoke } from '../functions';
import { counted, type Metric, MINUTE, pastMinute, statisticOf } from '../metrics';
import { blueAndGreen, giveGreen } from '../versions';

const COUNTS = { covers: ['GetMetricData', 'Invoke'], fact: 'C2' } as const;
const ALARMS = { covers: ['DescribeAlarms'], fact: 'C13' } as const;

const THROWS_IF_ASKED = `exports.handler = async (event) => {
  if (event.fail) throw new Error('asked to');
};`;
const EMBEDDED = `exports.handler = async (event, context) => {
  const cloudWatch = { Namespace: 'Conformance', Dimensions: [['Function']], Metrics: [{ Name: 'Predicted' }] };
  const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [cloudWatch] };
  console.log(JSON.stringify({ _aws, Function: context.functionName, Predicted: [3, 3, 7] }));
};`;

const ofLambda = (name: string, dimensions: Metric['dimensions']): Metric => ({
  namespace: 'AWS/Lambda',
  name,
  dimensions,
});
const behindLive = (FunctionName: string, ExecutedVersion: string) => ({
  FunctionName,
  Resource: `${FunctionName}:live`,
  ExecutedVersion,
});
const throughLive = (aws: Aws, FunctionName: string, event = {}) =>
  invoke(aws, { FunctionName, Qualifier: 'live', event });
/** Nothing was counted, now that something else can be read that was counted later. */
async function nothing(aws: Aws, metric: Metric): Promise<void> {
  const minute = pastMinute(aws) + 10 * MINUTE;
  for (const at of [minute - MINUTE, minute]) expect(await statisticOf(aws, metric, 'Sum', at)).toBeUndefined();
}

export const functionMetrics: Topic = {
  title: 'Metrics of functions, and alarms',
  expectations: [
    expectation('what goes through an alias is counted under the version that ran', COUNTS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await giveGreen(aws, FunctionName, 1);
      for (let i = 0; i < 3; i++) await throughLive(aws, FunctionName);
      const invocations = ofLambda('Invocations', behindLive(FunctionName, '2'));
      expect((await counted(aws, invocations, 'Sum', 3)).sum).toBe(3);
      await nothing(aws, ofLambda('Invocations', behindLive(FunctionName, '1')));
    }),
    expectation('an alias as a whole and the function as a whole are counted too', COUNTS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      for (let i = 0; i < 2; i++) await throughLive(aws, FunctionName);
      const alias = { FunctionName, Resource: `${FunctionName}:live` };
      for (const dimensions of [alias, { FunctionName }])
        expect((await counted(aws, ofLambda('Invocations', dimensions), 'Sum', 2)).sum).toBe(2);
    }),
    expectation('a version that is invoked itself is not counted under the alias', COUNTS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await giveGreen(aws, FunctionName, 0.5);
      await invoke(aws, { FunctionName, Qualifier: '2' });
      const own = { FunctionName, Resource: `${FunctionName}:2` };
      expect((await counted(aws, ofLambda('Invocations', own), 'Sum', 1)).sum).toBe(1);
      await nothing(aws, ofLambda('Invocations', behindLive(FunctionName, '2')));
    }),
    expectation('what a function throws is an error, and an invocation', COUNTS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws, THROWS_IF_ASKED);
      await giveGreen(aws, FunctionName, 1);
      for (const fail of [true, false, true]) await throughLive(aws, FunctionName, { fail });
      const dimensions = behindLive(FunctionName, '2');
      expect((await counted(aws, ofLambda('Invocations', dimensions), 'Sum', 3)).sum).toBe(3);
      expect((await counted(aws, ofLambda('Errors', dimensions), 'Sum', 2)).sum).toBe(2);
      expect((await counted(aws, ofLambda('Duration', dimensions), 'SampleCount', 3)).sum).toBe(3);
    }),
    expectation('invocations are counted in whole minutes', { ...COUNTS, fact: 'C4' }, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      const before = Math.floor(aws.now() / MINUTE) * MINUTE;
      await throughLive(aws, FunctionName);
      const { timestamps } = await counted(aws, ofLambda('Invocations', { FunctionName }), 'Sum', 1);
      for (const at of timestamps.map((each) => each.getTime())) {
        expect(at % MINUTE).toBe(0);
        expect(at).toBeGreaterThanOrEqual(before);
      }
    }),
    expectation('log lines in embedded metric format become metrics', { ...COUNTS, fact: 'C10' }, async (aws) => {
      const FunctionName = await aws.createFunction(EMBEDDED);
      await invoke(aws, { FunctionName });
      const metric = { namespace: 'Conformance', name: 'Predicted', dimensions: { Function: FunctionName } };
      expect((await counted(aws, metric, 'SampleCount', 3)).sum).toBe(3);
      expect((await counted(aws, metric, 'Sum', 13)).sum).toBe(13);
    }),
    expectation('an alarm is found by its name, with its state', ALARMS, async (aws) => {
      for (const state of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const) {
        const name = await aws.createAlarm(state);
        const types = { AlarmTypes: ['MetricAlarm' as const, 'CompositeAlarm' as const], MaxRecords: 100 };
        const found = await aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name], ...types }));
        expect(found.MetricAlarms).toMatchObject([{ AlarmName: name, StateValue: state }]);
        expect(found.CompositeAlarms ?? []).toEqual([]);
      }
    }),
    expectation('a name without an alarm is left out', ALARMS, async (aws) => {
      const name = await aws.createAlarm('OK');
      const found = await aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name, `${name}-not`] }));
      expect(found.MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual([name]);
    }),
  ],
};
