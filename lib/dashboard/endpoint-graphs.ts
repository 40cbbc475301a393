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

const MINUTE = Duration.minutes(1);
const PERCENTILES = ['p50', 'p90', 'p99'] as const;

/**
 * CloudWatch's own graphs of an endpoint, a line per version: of the metrics that the judge counts those that have the
 * endpoint's name. What Lambda counts has the function's, which only the endpoint's stack knows; the comparison beside
 * shows it. Versions are found by a search, because they are not known here; a new one may take a quarter of an hour to
 * be found, which the judge, who names what it reads, does not wait for.
 */
export function endpointGraphs(endpoint: string, width: number): readonly cloudwatch.IWidget[] {
  const searched = (metric: string, statistic: string, label = '') =>
    search(
      `{${METRIC_NAMESPACE},${METRIC_DIMENSIONS.endpoint},${METRIC_DIMENSIONS.version}} ` +
        `${METRIC_DIMENSIONS.endpoint}="${endpoint}" MetricName="${metric}"`,
      statistic,
      `${label}version ${dimension(METRIC_DIMENSIONS.version)}`,
    );
  const graphs: readonly (readonly [title: string, metrics: readonly cloudwatch.IMetric[]])[] = [
    ['requests answered', [searched(METRICS.modelErrors, 'SampleCount')]],
    [
      'errors',
      [
        searched(METRICS.modelErrors, 'Sum', 'of the model, '),
        searched(METRICS.nonFiniteOutputs, 'Sum', 'not finite, '),
      ],
    ],
    [
      'duration, warm requests',
      PERCENTILES.map((percentile) => searched(METRICS.warmDuration, percentile, `${percentile}, `)),
    ],
  ];
  return graphs.map(
    ([title, left]) =>
      new cloudwatch.GraphWidget({
        title: `${endpoint}: ${title}`,
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

/**
 * A dimension's value in a legend:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html
 */
const dimension = (name: string): string => `\${PROP('Dim.${name}')}`;
