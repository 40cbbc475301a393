import type { EndpointConfig } from '../../contract/endpoint-settings';
import { shareOfCells } from '../../domain/cells';
import { METRIC_NAMESPACE, METRICS } from '../../contract/metric-names';
import { LAMBDA_NAMESPACE, modelServerVersion, versionBehindAlias, wholeAlias } from './dimensions';
import { ownQueries } from './own-counts';
import type { SeriesQuery } from './series-query';
import { type Side, seriesId, type Source } from './side';

/** Everything that is counted of a version but throttles, see `readSides`. */
export const sideQueries = (config: EndpointConfig, side: Side, of: Source): readonly SeriesQuery[] => [
  ...lambdaQueries(config, side, of),
  ...beyondQueries(config, side, of),
  ...modelQueries(config, side),
  ...classQueries(config, side),
  ...labelQueries(config, side),
  ...ownQueries(config, side),
];

/** Lambda's own counts. */
export function lambdaQueries(config: EndpointConfig, side: Side, of: Source): readonly SeriesQuery[] {
  const query = lambdaQuery(config, side, of);
  return [
    query(seriesId.requests(side.prefix), 'Invocations', 'Sum'),
    query(seriesId.errors(side.prefix), 'Errors', 'Sum'),
    query(seriesId.durations(side.prefix), 'Duration', 'SampleCount'),
  ];
}

/** Requests that Lambda turned away; no query where that gate is off. */
export const throttleQueries = (config: EndpointConfig, side: Side, of: Source): readonly SeriesQuery[] =>
  config.settings.gates.throttles === false
    ? []
    : [lambdaQuery(config, side, of)(seriesId.throttles(side.prefix), 'Throttles', 'Sum')];

/** Requests beyond each of the side's limits. */
export const beyondQueries = (config: EndpointConfig, side: Side, of: Source): readonly SeriesQuery[] =>
  side.limitsMs.map((ms, index) => durationQuery(config, side, of, seriesId.beyond(side.prefix, index), `TC(${ms}:)`));

/** A statistic of the durations that the side is timed by. */
export const durationQuery = (config: EndpointConfig, side: Side, of: Source, id: string, stat: string): SeriesQuery =>
  side.timed === 'warm'
    ? modelQuery(config, side.version)(id, METRICS.warmDuration, stat)
    : lambdaQuery(config, side, of)(id, 'Duration', stat);

/**
 * The model server's metrics of one version; a user's own function has none. Every inference has a value of `F`, 0
 * for a good one; every other request has one of `NonFiniteOutputs` alone. So the first say how many were inferences, and
 * either says that the minute's counts have arrived.
 */
export function modelQueries(config: EndpointConfig, side: Side): readonly SeriesQuery[] {
  if (!config.builtIn) return [];
  const query = modelQuery(config, side.version);
  return [
    query(seriesId.inferences(side.prefix), METRICS.modelErrors, 'SampleCount'),
    query(seriesId.modelErrors(side.prefix), METRICS.modelErrors, 'Sum'),
    query(seriesId.nonFinite(side.prefix), METRICS.nonFiniteOutputs, 'Sum'),
    ...(side.timed === 'warm' ? [query(seriesId.timed(side.prefix), METRICS.warmDuration, 'SampleCount')] : []),
  ];
}

/** The number of predictions and each class's share of them but the last's, which is the rest; none for fewer than two classes, which cannot shift. */
export function classQueries(config: EndpointConfig, side: Side): readonly SeriesQuery[] {
  if (!config.builtIn || side.classCount < 2) return [];
  const query = modelQuery(config, side.version);
  return [
    query(seriesId.predictions(side.prefix), METRICS.predictedClass, 'SampleCount'),
    ...Array.from({ length: side.classCount - 1 }, (_, index) =>
      query(seriesId.classShare(side.prefix, index), METRICS.predictedClass, shareOfCells([index, index])),
    ),
  ];
}

/** Labelled answers, and the wrong ones among them, by how long after the answer the label came. */
export const labelQueries = (config: EndpointConfig, side: Side): readonly SeriesQuery[] =>
  side.labelsWithinMinutes === undefined
    ? []
    : [labelsQuery(config, side, side.labelsWithinMinutes), ...wrongLabelQueries(config, side)];

export const wrongLabelQueries = (config: EndpointConfig, side: Side): readonly SeriesQuery[] =>
  side.labelsWithinMinutes === undefined
    ? []
    : [
        modelQuery(config, side.version)(
          seriesId.wrongLabels(side.prefix),
          METRICS.wrongLabelDelay,
          within(side.labelsWithinMinutes),
        ),
      ];

/** Labelled answers alone, right or wrong. A function of one's own may emit the metric as well. */
export const labelsQuery = (config: EndpointConfig, side: Side, withinMinutes: number): SeriesQuery =>
  modelQuery(config, side.version)(seriesId.labels(side.prefix), METRICS.labelDelay, within(withinMinutes));

/** Delays are whole seconds: half a second above the limit, so that no rounding of the bound matters. */
const within = (minutes: number): string => `TC(:${minutes * 60 + 0.5})`;

/** The greatest class index that was predicted. */
export const topClassQuery = (config: EndpointConfig, side: Side): SeriesQuery =>
  modelQuery(config, side.version)(seriesId.topClass(side.prefix), METRICS.predictedClass, 'Maximum');

function lambdaQuery({ functionName }: EndpointConfig, { version }: Side, of: Source) {
  const dimensions = of === 'version' ? versionBehindAlias(functionName, version) : wholeAlias(functionName);
  return (id: string, metric: string, stat: string): SeriesQuery => ({
    id,
    namespace: LAMBDA_NAMESPACE,
    metric,
    dimensions,
    stat,
  });
}

const modelQuery =
  (config: EndpointConfig, version: string) =>
  (id: string, metric: string, stat: string): SeriesQuery => ({
    id,
    namespace: METRIC_NAMESPACE,
    metric,
    dimensions: modelServerVersion(config.settings.name, version),
    stat,
  });
