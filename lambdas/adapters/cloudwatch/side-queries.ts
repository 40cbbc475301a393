import type { EndpointConfig } from '../../contract/endpoint-settings';
import { type CellRange, shareOfCells } from '../../domain/cells';
import type { CountedMeasure } from '../../domain/evidence';
import type { Measure } from '../../domain/measures/measures';
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
  ...answerQueries(config, side),
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

/** Of each measure the number of values, and the share of those in each range but the last, which is the rest. */
export function answerQueries(config: EndpointConfig, side: Side): readonly SeriesQuery[] {
  if (!config.builtIn) return [];
  const { prefix, version, measures } = side;
  const query = modelQuery(config, version);
  const asked = measures.flatMap((measure) => [
    query(seriesId.answers(prefix, measure.metric), measure.metric, 'SampleCount'),
    ...[measure.whole ?? null, ...cellsOf(measure, prefix)].flatMap((range) =>
      range === null ? [] : [query(seriesId.cells(prefix, measure.metric, range), measure.metric, shareOfCells(range))],
    ),
  ]);
  // Labels are ranges of one metric, and share what they are parts of.
  return [...new Map(asked.map((one) => [one.id, one])).values()];
}

/** The ranges in which a version counts a measure's classes but the last. */
export const cellsOf = (
  { blue, green = blue }: CountedMeasure,
  prefix: Side['prefix'],
): readonly (CellRange | null)[] => (prefix === 'g' ? green : blue);

/** Whether blue has anything to say of each measure. */
export const presenceQueries = (
  config: EndpointConfig,
  { prefix, version }: Side,
  measures: readonly Measure[],
): readonly SeriesQuery[] =>
  measures.map(({ metric }) => modelQuery(config, version)(seriesId.answers(prefix, metric), metric, 'SampleCount'));

/** The greatest index of classes and of labels. */
export const topCellQueries = (
  config: EndpointConfig,
  { prefix, version }: Side,
  measures: readonly Measure[],
): readonly SeriesQuery[] =>
  measures
    .filter(({ kind }) => kind !== 'number')
    .map(({ metric }) => ({
      ...modelQuery(config, version)(seriesId.topCell(prefix, metric), metric, 'Maximum'),
      isValue: true,
    }));

export const quantileQuery = (
  config: EndpointConfig,
  { prefix, version }: Side,
  metric: string,
  percent: number,
): SeriesQuery => ({
  ...modelQuery(config, version)(seriesId.quantile(prefix, metric, percent), metric, `p${percent}`),
  isValue: true,
});

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
