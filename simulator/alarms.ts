import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { DeploymentFailed } from './template';
import type { CloudWatchService } from './services/cloudwatch-service';
import { alarmState, type AlarmRule, PERIODS_BEYOND } from './services/cloudwatch/alarm-state';
import { parseMath } from './services/cloudwatch/metric-math';
import { parseStatistic } from './services/cloudwatch/statistic';
import type { Dimensions } from './services/cloudwatch/metric-key';
import type { VirtualClock } from './virtual-clock';

interface MetricProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

/** `AWS::CloudWatch::Alarm`, resolved. */
export interface AlarmProperties extends Partial<MetricProperties> {
  readonly AlarmDescription?: string;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Period?: unknown;
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: MetricProperties; readonly Period: unknown; readonly Stat: string };
    readonly ReturnData?: unknown;
  }[];
  readonly EvaluationPeriods: unknown;
  readonly DatapointsToAlarm?: unknown;
  readonly Threshold: unknown;
  readonly ComparisonOperator: string;
  readonly TreatMissingData?: AlarmRule['treatMissingData'];
  readonly AlarmActions?: readonly string[];
  readonly OKActions?: readonly string[];
  readonly InsufficientDataActions?: readonly string[];
}

/** A change of an alarm's state, and what became of each of its actions. */
export interface AlarmChange {
  readonly alarm: string;
  readonly from: StateValue;
  readonly to: StateValue;
  readonly at: number;
  /** `refused` is undefined for an action that arrived, else CloudWatch's words in the alarm's history. */
  readonly actions: readonly { readonly topicArn: string; readonly refused?: string }[];
}

/** What a topic's subscribers get of an alarm. */
export interface AlarmMail {
  readonly topicArn: string;
  readonly subject: string;
  readonly message: string;
  readonly atMs: number;
}

/** Values that are not recorded but looked up, such as the length of a queue; undefined for any other metric. */
export type Gauge = (
  namespace: string,
  metric: string,
  dimensions: Dimensions,
  from: number,
  until: number,
) => number | undefined;

interface Evaluated {
  readonly properties: AlarmProperties;
  readonly rule: AlarmRule;
  readonly periodMs: number;
  /** The value of the period that begins then. */
  readonly valueAt: (startMs: number, now: number) => number | undefined;
  timer: unknown;
  state: StateValue;
}

/** When the numbers of a period are whole: what ended with it can be read 60 to 90 s later. */
const READABLE_AFTER_MS = 120_000;
const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};
const ACTIONS = { ALARM: 'AlarmActions', OK: 'OKActions', INSUFFICIENT_DATA: 'InsufficientDataActions' } as const;

/**
 * The deployed alarms: evaluated once a period, as soon as its numbers can be read; a change runs the state's actions.
 */
export class AlarmEvaluator {
  readonly history: AlarmChange[] = [];
  /** What arrived at topics. */
  readonly mails: AlarmMail[] = [];
  private readonly alarms = new Map<string, Evaluated>();

  constructor(
    private readonly clock: VirtualClock,
    private readonly cloudwatch: CloudWatchService,
    private readonly gauge: Gauge,
    /** Why CloudWatch may not publish to a topic for an alarm; undefined when it may. */
    private readonly publishRefused: (topicArn: string, alarmName: string) => string | undefined,
  ) {}

  /** Creates or replaces an alarm; a new one knows nothing yet. */
  put(name: string, properties: AlarmProperties): void {
    const before = this.alarms.get(name);
    this.clock.clearTimeout(before?.timer);
    for (const kind of Object.values(ACTIONS))
      for (const action of properties[kind] ?? [])
        if (!action.startsWith('arn:aws:sns:'))
          throw new DeploymentFailed(`${name}: the alarm's action ${action} is not supported; topics are`);
    const alarm = { ...this.read(name, properties), state: before?.state ?? 'INSUFFICIENT_DATA', timer: undefined };
    this.alarms.set(name, alarm);
    this.cloudwatch.setAlarm(name, alarm.state);
    this.again(name, alarm);
  }

  remove(name: string): void {
    this.clock.clearTimeout(this.alarms.get(name)?.timer);
    this.alarms.delete(name);
    this.cloudwatch.removeAlarm(name);
  }

  private again(name: string, alarm: Evaluated): void {
    const { periodMs } = alarm;
    const now = this.clock.now();
    const next = (Math.floor((now - READABLE_AFTER_MS) / periodMs) + 1) * periodMs + READABLE_AFTER_MS;
    alarm.timer = this.clock.scopes.detached(() =>
      this.clock.setTimeout(() => {
        this.evaluate(name, alarm);
        this.again(name, alarm);
      }, next - now),
    );
  }

  private evaluate(name: string, alarm: Evaluated): void {
    const { rule, periodMs, valueAt } = alarm;
    const now = this.clock.now();
    const periods = rule.evaluationPeriods + PERIODS_BEYOND;
    const range = Array.from({ length: periods }, (_, n) =>
      valueAt(now - READABLE_AFTER_MS - (periods - n) * periodMs, now),
    );
    const to = alarmState(rule, range, alarm.state);
    if (to !== alarm.state) this.change(name, alarm, to);
  }

  private change(name: string, alarm: Evaluated, to: StateValue): void {
    const from = alarm.state;
    const at = this.clock.now();
    alarm.state = to;
    this.cloudwatch.setAlarm(name, to);
    const subject = `${to}: "${name}"`;
    const message = JSON.stringify({
      AlarmName: name,
      AlarmDescription: alarm.properties.AlarmDescription,
      OldStateValue: from,
      NewStateValue: to,
      StateChangeTime: new Date(at).toISOString(),
    });
    const actions = (alarm.properties[ACTIONS[to]] ?? []).map((topicArn) => {
      const refused = this.publishRefused(topicArn, name);
      if (refused === undefined) this.mails.push({ topicArn, subject, message, atMs: at });
      return { topicArn, ...(refused !== undefined && { refused }) };
    });
    this.history.push({ alarm: name, from, to, at, actions });
  }

  private read(name: string, properties: AlarmProperties): Omit<Evaluated, 'timer' | 'state'> {
    const { EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, Threshold, TreatMissingData } = properties;
    const compare = COMPARISONS[properties.ComparisonOperator];
    if (!compare) throw new DeploymentFailed(`${name}: ${properties.ComparisonOperator} is not supported`);
    const rule: AlarmRule = {
      evaluationPeriods: Number(EvaluationPeriods),
      datapointsToAlarm: Number(DatapointsToAlarm),
      treatMissingData: TreatMissingData ?? 'missing',
      breaches: (value) => compare(value, Number(Threshold)),
    };
    const metrics = properties.Metrics ?? [single(properties)];
    const [periodMs = 60_000] = metrics.flatMap(({ MetricStat }) =>
      MetricStat === undefined ? [] : [Number(MetricStat.Period) * 1000],
    );
    return { properties, rule, periodMs, valueAt: this.valueOf(name, metrics, periodMs) };
  }

  private valueOf(
    name: string,
    metrics: NonNullable<AlarmProperties['Metrics']>,
    periodMs: number,
  ): Evaluated['valueAt'] {
    const readers = new Map<string, Evaluated['valueAt']>();
    for (const { Id, Expression, MetricStat } of metrics) {
      if (MetricStat !== undefined) readers.set(Id, this.metric(name, MetricStat, periodMs));
      if (Expression === undefined) continue;
      const math = parseMath(Expression);
      readers.set(Id, (start, now) => math((id) => readers.get(id)?.(start, now)));
    }
    const returned = metrics.filter(({ ReturnData }) => ReturnData !== false && ReturnData !== 'false');
    const value = returned.length === 1 ? readers.get(returned[0]!.Id) : undefined;
    if (!value) throw new DeploymentFailed(`${name}: exactly one metric of an alarm must return data`);
    return value;
  }

  private metric(
    name: string,
    { Metric, Stat }: NonNullable<NonNullable<AlarmProperties['Metrics']>[number]['MetricStat']>,
    periodMs: number,
  ): Evaluated['valueAt'] {
    const statistic = parseStatistic(Stat);
    if (!statistic) throw new DeploymentFailed(`${name}: the statistic ${Stat} is not supported`);
    const { Namespace, MetricName, Dimensions: list = [] } = Metric;
    const dimensions = Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));
    return (start, now) =>
      this.gauge(Namespace, MetricName, dimensions, start, start + periodMs) ??
      this.cloudwatch.known(Namespace, MetricName, dimensions)?.read(start, periodMs, Stat, statistic, now);
  }
}

function single({
  Namespace = '',
  MetricName = '',
  Dimensions = [],
  Statistic,
  ExtendedStatistic,
  Period,
}: AlarmProperties) {
  const Stat = Statistic ?? ExtendedStatistic ?? '';
  return { Id: 'value', MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat } };
}
