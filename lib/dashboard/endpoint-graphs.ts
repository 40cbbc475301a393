import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import {
  METRIC_DIMENSIONS,
  METRIC_NAMESPACE,
  METRICS,
  ROLLOUT_DIMENSIONS,
  ROLLOUT_METRICS,
} from '../../lambdas/contract/metric-names';
import { type Outcome, OUTCOMES } from '../../lambdas/domain/rollout';
import type { EndpointResources } from '../app-resources';

const MINUTE = Duration.minutes(1);
const PERCENTILES = ['p50', 'p90', 'p99'] as const;

interface Searched {
  readonly metric: string;
  readonly statistic: string;
  /** What comes before the version in the legend. */
  readonly label: string;
}

/**
 * CloudWatch's own graphs of an endpoint, a line per version: the metrics that the judge counts. Versions are found by a
 * search, because they are not known here; a new one may take a quarter of an hour to be found, which the judge, who names
 * what it reads, does not wait for.
 */
export function endpointGraphs(
  { settings, function: served, builtIn }: EndpointResources,
  width: number,
): readonly cloudwatch.IWidget[] {
  const ofLambda = ({ metric, statistic, label }: Searched) =>
    search(
      `{AWS/Lambda,FunctionName,Resource,ExecutedVersion} FunctionName="${served.functionName}" MetricName="${metric}"`,
      statistic,
      `${label}version ${dimension('ExecutedVersion')}`,
    );
  const ofServer = ({ metric, statistic, label }: Searched) =>
    search(
      `{${METRIC_NAMESPACE},${METRIC_DIMENSIONS.endpoint},${METRIC_DIMENSIONS.version}} ${METRIC_DIMENSIONS.endpoint}="${settings.name}" MetricName="${metric}"`,
      statistic,
      `${label}version ${dimension(METRIC_DIMENSIONS.version)}`,
    );
  const each = (metric: string) => PERCENTILES.map((statistic) => ({ metric, statistic, label: `${statistic}, ` }));
  const graphs: readonly (readonly [title: string, metrics: readonly cloudwatch.IMetric[]])[] = [
    ['requests', [ofLambda({ metric: 'Invocations', statistic: 'Sum', label: '' })]],
    [
      'errors',
      [
        ofLambda({ metric: 'Errors', statistic: 'Sum', label: 'thrown, ' }),
        ...(builtIn
          ? [
              ofServer({ metric: METRICS.modelErrors, statistic: 'Sum', label: 'of the model, ' }),
              ofServer({ metric: METRICS.nonFiniteOutputs, statistic: 'Sum', label: 'not finite, ' }),
            ]
          : []),
      ],
    ],
    ['duration, all requests', each('Duration').map(ofLambda)],
    ...(builtIn ? [['duration, warm requests', each(METRICS.warmDuration).map(ofServer)] as const] : []),
  ];
  return graphs.map(
    ([title, left]) =>
      new cloudwatch.GraphWidget({
        title: `${settings.name}: ${title}`,
        width: width / graphs.length,
        height: 6,
        left: [...left],
        leftYAxis: { min: 0, showUnits: false },
        legendPosition: cloudwatch.LegendPosition.BOTTOM,
      }),
  );
}

/** A month of days: rollouts are few. */
const MONTH = { start: '-P30D', period: Duration.days(1) } as const;

/** The deployer's own numbers: how rollouts end, how long they and people take, how soon a bad green is gone. */
export function rolloutGraphs(stateMachineName: string, width: number): readonly cloudwatch.IWidget[] {
  const own = (metricName: string, statistic: string, label: string, outcome?: Outcome): cloudwatch.IMetric =>
    new cloudwatch.Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: {
        [ROLLOUT_DIMENSIONS.app]: stateMachineName,
        ...(outcome && { [ROLLOUT_DIMENSIONS.outcome]: outcome }),
      },
      ...{ statistic, label, period: MONTH.period },
    });
  const { rollouts, minutes, waitedMinutes, secondsToBlue, insufficientEvidence } = ROLLOUT_METRICS;
  const graphs: readonly (readonly [title: string, metrics: readonly cloudwatch.IMetric[], stacked?: true])[] = [
    ['rollouts by outcome, a day', OUTCOMES.map((outcome) => own(rollouts, 'Sum', outcome, outcome)), true],
    [
      'minutes of a rollout, and of waiting for people',
      [own(minutes, 'Average', 'rollout'), own(waitedMinutes, 'Average', 'waiting for people')],
    ],
    [
      'seconds from the first bad minute to blue alone',
      [own(secondsToBlue, 'Maximum', 'longest'), own(secondsToBlue, 'Average', 'average')],
    ],
    ['share that ended without proof', [own(insufficientEvidence, 'Average', 'InsufficientEvidence')]],
  ];
  return graphs.map(
    ([title, left, stacked]) =>
      new cloudwatch.GraphWidget({
        title: `Greenlight: ${title}`,
        width: width / graphs.length,
        height: 6,
        left: [...left],
        leftYAxis: { min: 0, showUnits: false },
        legendPosition: cloudwatch.LegendPosition.BOTTOM,
        ...{ period: MONTH.period, start: MONTH.start, stacked: stacked ?? false },
      }),
  );
}

const search = (terms: string, statistic: string, label: string): cloudwatch.IMetric =>
  new cloudwatch.SearchExpression({ expression: `SEARCH('${terms}', '${statistic}', 60)`, label, period: MINUTE });

/** A dimension's value in a legend: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html */
const dimension = (name: string): string => `\${PROP('Dim.${name}')}`;
