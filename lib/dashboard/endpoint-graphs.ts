import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../lambdas/contract/metric-names';
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

const search = (terms: string, statistic: string, label: string): cloudwatch.IMetric =>
  new cloudwatch.SearchExpression({ expression: `SEARCH('${terms}', '${statistic}', 60)`, label, period: MINUTE });

/** A dimension's value in a legend: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html */
const dimension = (name: string): string => `\${PROP('Dim.${name}')}`;
