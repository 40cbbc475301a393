import type {
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  GetMetricDataInput,
  MetricAlarm,
  MetricDatum,
  PutMetricDataInput,
  StateValue,
} from '@aws-sdk/client-cloudwatch';
import { AwsError, type AwsService, type Caller, type WorldContext } from '../service';
import { parseEmbeddedMetrics } from './cloudwatch/embedded-metrics';
import { getMetricData, type ReadFaults } from './cloudwatch/get-metric-data';
import { type Dimensions, metricKey } from './cloudwatch/metric-key';
import { MetricSeries } from './cloudwatch/metric-series';
import type { KeptAs } from './cloudwatch/statistic';
import { runCommand } from './command-table';

export interface CloudWatchOptions {
  /** Seconds from the end of an invocation until its values can be read: [least, most]. @default [60, 90] */
  readonly delaySeconds?: readonly [least: number, most: number];
  /** @default values */
  readonly kept?: KeptAs;
}

/** Moments of becoming readable are rounded up to this, so that a minute has few of them. */
const VISIBILITY_TICK_MS = 5_000;

/** CloudWatch's metrics and alarms. Metrics come from the Lambda stand-in, from logs, from PutMetricData or a test. */
export class CloudWatchService implements AwsService {
  /** Settable at any time; values already recorded keep their moment. */
  delaySeconds: readonly [least: number, most: number];
  /** Faults of GetMetricData, settable by tests. */
  faults: ReadFaults = {};

  private readonly kept: KeptAs;
  private readonly series = new Map<string, MetricSeries>();
  private readonly alarms = new Map<string, MetricAlarm>();
  private readonly commands = {
    GetMetricData: (input: GetMetricDataInput) =>
      getMetricData(input, (key) => this.series.get(key), this.world.clock.now(), this.faults),
    PutMetricData: (input: PutMetricDataInput) => this.putMetricData(input),
    DescribeAlarms: (input: DescribeAlarmsInput) => this.describeAlarms(input),
  };

  constructor(
    private readonly world: WorldContext,
    options: CloudWatchOptions = {},
  ) {
    this.delaySeconds = options.delaySeconds ?? [60, 90];
    this.kept = options.kept ?? 'values';
  }

  call(command: string, input: Readonly<Record<string, unknown>>, caller: Caller): Promise<unknown> {
    return runCommand('CloudWatch', this.commands, command, input, caller);
  }

  /** When values of something that ended at `endMs` become readable: one seeded draw, or at once without a delay. */
  visibleAt(endMs: number): number {
    const [least, most] = this.delaySeconds;
    if (most === 0) return endMs;
    const delay = (least + this.world.random() * (most - least)) * 1000;
    return Math.ceil((endMs + delay) / VISIBILITY_TICK_MS) * VISIBILITY_TICK_MS;
  }

  /** Records `count` equal values at a moment. Without `visibleAt` the delay is drawn from the timestamp. */
  record(
    namespace: string,
    metric: string,
    dimensions: Dimensions,
    timestampMs: number,
    value: number,
    count = 1,
    visibleAt = this.visibleAt(timestampMs),
  ): void {
    if (count <= 0) return;
    this.seriesOf(namespace, metric, dimensions).record(timestampMs, value, count, visibleAt);
  }

  /** The series to record many values into. */
  seriesOf(namespace: string, metric: string, dimensions: Dimensions): MetricSeries {
    const key = metricKey(namespace, metric, dimensions);
    let series = this.series.get(key);
    if (!series) this.series.set(key, (series = new MetricSeries(this.kept)));
    return series;
  }

  /** Whether anything was ever recorded for a metric. */
  knows(namespace: string, metric: string, dimensions: Dimensions): boolean {
    return this.known(namespace, metric, dimensions) !== undefined;
  }

  /** The series of a metric for which anything was ever recorded. */
  known(namespace: string, metric: string, dimensions: Dimensions): MetricSeries | undefined {
    return this.series.get(metricKey(namespace, metric, dimensions));
  }

  /**
   * Records the metrics that log lines carry in embedded metric format; a refused line counts as CloudWatch counts it.
   */
  recordLogs(lines: readonly string[], timestampMs: number, visibleAt: number): void {
    for (const line of lines) {
      const metrics = parseEmbeddedMetrics(line);
      if (metrics === 'invalid') {
        this.record('AWS/Logs', 'EMFValidationErrors', {}, timestampMs, 1, 1, visibleAt);
        continue;
      }
      for (const { namespace, metric, dimensions, values } of metrics) {
        const series = this.seriesOf(namespace, metric, dimensions);
        for (const value of values) series.record(timestampMs, value, 1, visibleAt);
      }
    }
  }

  /** Creates an alarm or sets its state; a change is put on the event bus. */
  setAlarm(name: string, state: StateValue, details: Partial<MetricAlarm> = {}): void {
    const before = this.alarms.get(name);
    const arn = `arn:aws:cloudwatch:${this.world.region}:${this.world.account}:alarm:${name}`;
    const at = new Date(this.world.clock.now());
    const changes = { ...details, AlarmName: name, AlarmArn: arn, StateValue: state, StateUpdatedTimestamp: at };
    this.alarms.set(name, { ...before, ...changes });
    if (before?.StateValue === state) return;
    const detail = { alarmName: name, state: { value: state }, previousState: { value: before?.StateValue } };
    this.world.emit({ source: 'aws.cloudwatch', detailType: 'CloudWatch Alarm State Change', detail });
  }

  /** Deletes an alarm, as a person does in the console. */
  removeAlarm(name: string): void {
    this.alarms.delete(name);
  }

  private describeAlarms(input: DescribeAlarmsInput): DescribeAlarmsOutput {
    const names = input.AlarmNames;
    const found = [...this.alarms.values()].filter(
      (alarm) =>
        (names === undefined || names.includes(alarm.AlarmName ?? '')) &&
        (alarm.AlarmName ?? '').startsWith(input.AlarmNamePrefix ?? '') &&
        (input.StateValue === undefined || alarm.StateValue === input.StateValue),
    );
    const size = input.MaxRecords ?? 50;
    const from = Number(input.NextToken ?? 0);
    const more = from + size < found.length;
    const page = found.slice(from, from + size);
    return { MetricAlarms: page, CompositeAlarms: [], ...(more && { NextToken: String(from + size) }) };
  }

  private putMetricData(input: PutMetricDataInput): Record<string, never> {
    if (!input.Namespace || input.Namespace.startsWith('AWS/')) {
      throw new AwsError('InvalidParameterValueException', 'The value for parameter Namespace is invalid.');
    }
    for (const datum of input.MetricData ?? []) this.putDatum(input.Namespace, datum);
    return {};
  }

  private putDatum(namespace: string, datum: MetricDatum): void {
    const dimensions = Object.fromEntries((datum.Dimensions ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']));
    const at = datum.Timestamp ? new Date(datum.Timestamp).getTime() : this.world.clock.now();
    const values = datum.Values ?? (datum.Value === undefined ? [] : [datum.Value]);
    if (!datum.MetricName || values.length === 0 || !values.every(Number.isFinite)) {
      throw new AwsError('InvalidParameterValueException', 'MetricData needs MetricName and finite Value or Values.');
    }
    values.forEach((value, index) =>
      this.record(namespace, datum.MetricName!, dimensions, at, value, datum.Counts?.[index] ?? 1),
    );
  }
}
