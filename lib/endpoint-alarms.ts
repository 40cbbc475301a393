import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { EndpointSettings } from '../lambdas/contract/endpoint-settings';
import {
  FAILED_ANSWERS,
  METRIC_DIMENSIONS,
  METRIC_NAMESPACE,
  OTHER_REQUESTS,
  UNAVAILABLE_VERSIONS,
} from '../lambdas/contract/metric-names';
import { LIVE_ALIAS } from '../lambdas/contract/names';
import type { EndpointResources } from './app-resources';

export interface EndpointAlarmsProps {
  readonly endpoint: EndpointResources;
  readonly alarms: Exclude<EndpointSettings['alarms'], false>;
  readonly topic: ITopic;
  /** How often each endpoint is looked at; known only when deployed where the control plane is in another stack. */
  readonly reconcileSeconds: number;
}

/** The longest period of an alarm that looks at three of them; CloudWatch takes a day in all. */
const WINDOWS = 3;

/** Whether users get answers, also when no rollout runs: the share of requests that fail, and a model that is gone. */
export class EndpointAlarms extends Construct {
  readonly all: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, { endpoint, alarms, topic, reconcileSeconds }: EndpointAlarmsProps) {
    super(scope, id);
    const action = new SnsAction(topic);
    const { name } = endpoint.settings;
    this.all = [
      new cloudwatch.Alarm(this, 'EndpointFails', {
        alarmDescription:
          `More than ${alarms.failedPercent} % of the requests to ${name} failed or were turned away. See the ` +
          'runbook, EndpointFails.',
        metric: failedShare(endpoint, alarms),
        threshold: alarms.failedPercent,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        // Twice, so that it is no hiccup, and not twice in a row, so that one quiet window hides nothing.
        evaluationPeriods: WINDOWS,
        datapointsToAlarm: 2,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      }),
      new cloudwatch.Alarm(this, 'ModelUnavailable', {
        alarmDescription:
          `The live version of ${name}, or the one to roll back to, cannot be used any more: it or its model is ` +
          'gone. See the runbook, ModelUnavailable.',
        metric: new cloudwatch.Metric({
          namespace: METRIC_NAMESPACE,
          metricName: UNAVAILABLE_VERSIONS,
          dimensionsMap: { [METRIC_DIMENSIONS.endpoint]: name },
          statistic: cloudwatch.Stats.MAXIMUM,
        }),
        threshold: 0,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      }),
    ];
    (this.all[1]?.node.defaultChild as cloudwatch.CfnAlarm).period = reconcileSeconds;
    for (const alarm of this.all) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }
}

/**
 * Percent of the requests through the live alias, whichever version answered: those that ended in an error or were
 * turned away, as Lambda counts them, and those that the built-in server answered with the model's failure. Too few
 * requests say nothing.
 *
 * A batch is one request. Of the built-in server's, those that the model was not asked are left out: a health check
 * each second, or a client that sends nonsense, would hide that every answer fails. Counted are they, and not the
 * inferences. Those have `F`, but for each version, and an alarm's expression may not search for versions; a second
 * dimension set would be six bytes in every request's line and a copy of each of its metrics, 0.30 USD a month each.
 */
function failedShare(
  { settings, function: served, builtIn }: EndpointAlarmsProps['endpoint'],
  { minRequests, minutes }: EndpointAlarmsProps['alarms'],
): cloudwatch.MathExpression {
  const period = Duration.minutes(minutes);
  const sumOf = (namespace: string, metricName: string, dimensionsMap: Readonly<Record<string, string>>) =>
    new cloudwatch.Metric({ namespace, metricName, dimensionsMap, statistic: cloudwatch.Stats.SUM, period });
  const ofLambda = (name: string) =>
    sumOf('AWS/Lambda', name, {
      FunctionName: served.functionName,
      Resource: `${served.functionName}:${LIVE_ALIAS}`,
    });
  const ofServer = (name: string) => sumOf(METRIC_NAMESPACE, name, { [METRIC_DIMENSIONS.endpoint]: settings.name });
  const sent = `(FILL(taken,0) + FILL(turned,0)${builtIn ? ' - FILL(other,0)' : ''})`;
  const bad = `(FILL(thrown,0) + FILL(turned,0)${builtIn ? ' + FILL(failed,0)' : ''})`;
  return new cloudwatch.MathExpression({
    label: 'failed requests, percent',
    expression: `IF(${sent} >= ${minRequests}, 100 * ${bad} / ${sent}, 0)`,
    usingMetrics: {
      taken: ofLambda('Invocations'),
      thrown: ofLambda('Errors'),
      turned: ofLambda('Throttles'),
      ...(builtIn && { failed: ofServer(FAILED_ANSWERS), other: ofServer(OTHER_REQUESTS) }),
    },
    period,
  });
}
