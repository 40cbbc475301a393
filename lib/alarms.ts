import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE, NOT_RESTORED } from '../lambdas/contract/metric-names';
import type { HandlerFunction } from './handler-function';

export interface AlarmsProps {
  readonly topic: ITopic;
  readonly deadLetters: IQueue;
  readonly restoreBlue: HandlerFunction;
  readonly safetyNet: HandlerFunction;
  readonly reconcile: HandlerFunction;
  readonly reconcileEvery: Duration;
}

/**
 * Greenlight's own health: an event that was lost, a restore that fails or found nothing to put back, and a reconciler
 * that fails or is silent. Another rollout that ends in Fail is no alarm; its notice says why.
 */
export class AppAlarms extends Construct {
  /** In the order of the runbook. */
  readonly all: readonly { readonly id: string; readonly alarm: cloudwatch.Alarm }[];
  private readonly made: { readonly id: string; readonly alarm: cloudwatch.Alarm }[] = [];
  private readonly action: SnsAction;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.action = new SnsAction(props.topic);
    this.above0('DeadLetters', 'An event reached no handler', {
      metric: props.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'max',
      }),
    });
    const failing = (handler: HandlerFunction) => ({
      metric: handler.function.metricErrors({ period: Duration.minutes(5), statistic: 'sum' }),
    });
    this.above0('RestoreBlueFails', 'restore-blue failed; users may still be on green', failing(props.restoreBlue));
    this.above0('SafetyNetFails', 'safety-net failed after a stopped rollout', failing(props.safetyNet));
    this.above0('ReconcileFails', 'reconcile failed twice in three runs', {
      metric: props.reconcile.function.metricErrors({ period: props.reconcileEvery, statistic: 'sum' }),
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
    });
    // A run may come late, and fall into the period after the next: one of three is enough.
    this.above0('NotRestored', 'A rollout ended badly and blue is not live; a green that failed may have all users', {
      metric: new cloudwatch.Metric({
        namespace: METRIC_NAMESPACE,
        metricName: NOT_RESTORED,
        statistic: cloudwatch.Stats.MAXIMUM,
        period: props.reconcileEvery,
      }),
      evaluationPeriods: 3,
      datapointsToAlarm: 1,
    });
    // A run that is missing leaves no datapoint, and so there is none before the first run either: treated as breaching
    // it would ring as soon as it is created. Without data it keeps silent until it has seen some, then tells when they
    // end.
    const silent = this.alarm('ReconcileSilent', 'reconcile does not run any more: the last line of defence is down', {
      metric: props.reconcile.function.metricInvocations({ period: props.reconcileEvery, statistic: 'sum' }),
      evaluationPeriods: 3,
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.MISSING,
    });
    silent.addInsufficientDataAction(this.action);
    this.all = this.made;
  }

  private above0(
    id: string,
    description: string,
    props: {
      readonly metric: cloudwatch.Metric;
      readonly evaluationPeriods?: number;
      readonly datapointsToAlarm?: number;
    },
  ): void {
    this.alarm(id, description, {
      evaluationPeriods: 1,
      ...props,
      threshold: 0,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  private alarm(id: string, description: string, props: cloudwatch.AlarmProps): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, id, {
      alarmDescription: `${description}. See the runbook, ${id}.`,
      ...props,
    });
    alarm.addAlarmAction(this.action);
    alarm.addOkAction(this.action);
    this.made.push({ id, alarm });
    return alarm;
  }
}
