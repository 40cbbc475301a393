import type { EndpointConfig } from '../../contract/endpoint-settings';
import { type CellRange, shareOfCells } from '../../domain/cells';
import type { CountedMeasure, EventCount, SideCounts } from '../../domain/evidence';
import type { Measure } from '../../domain/measures/measures';
import { METRIC_NAMESPACE, METRICS } from '../../contract/metric-names';
import {
  LAMBDA_NAMESPACE,
  modelServerVersion,
  versionBehindAlias,
  wholeAlias,
  type SeriesQuery,
  type Side,
  seriesId,
  type Source,
  type Series,
  type SeriesById,
} from './read-series';
import { type CustomCounter, VERSION_PLACEHOLDER } from '../../domain/gates/custom';
import { askedCounts } from '../../domain/gates/gates';

/**
 * What gates count for themselves of one version; `requests` are counted already. A gate that only observes can end no
 * look, so its metric is asked for where a bake may end alone: that look reads all minutes.
 */
const ownQueries = (config: EndpointConfig, side: Side): readonly SeriesQuery[] =>
  askedCounts(config.settings.gates, config.builtIn)
    .filter(({ everyLook }) => everyLook || side.observed === true)
    .flatMap(({ id, mode, events, of }) =>
      [
        counterQuery(config, side, seriesId.ownEvents(side.prefix, id), events),
        ...(of === 'requests' ? [] : [counterQuery(config, side, seriesId.ownRequests(side.prefix, id), of)]),
      ].map((query): SeriesQuery => (mode === 'enforce' ? query : { ...query, isOptional: true })),
    );

/** A name alone is that of a metric of the model server. */
const counterQuery = (
  { settings }: EndpointConfig,
  { version }: Side,
  id: string,
  counter: CustomCounter | string,
): SeriesQuery =>
  typeof counter === 'string'
    ? {
        id,
        namespace: METRIC_NAMESPACE,
        metric: counter,
        dimensions: modelServerVersion(settings.name, version),
        stat: 'Sum',
      }
    : {
        id,
        namespace: counter.namespace,
        metric: counter.metric,
        dimensions: Object.fromEntries(
          Object.entries(counter.dimensions).map(([name, value]) => [
            name,
            value.replaceAll(VERSION_PLACEHOLDER, version),
          ]),
        ),
        stat: counter.stat,
      };

/**
 * One minute of what gates count for themselves, or why it cannot be true. A counter of the user's without a datapoint
 * counted nothing. A metric of the model server has a value in each minute with requests, so that without one nothing
 * is known of the minute, and it has no count. Events of the version's requests are held to these, because logs may be
 * delivered twice; more events than another counter says that there was to count means that the other has not arrived.
 */
export function ownMinute(
  series: SeriesById,
  config: EndpointConfig,
  { prefix, version }: Side,
  requests: number,
  atMs: number,
): Pick<SideCounts, 'custom' | 'counted'> | string {
  const at = (one: Series | undefined) => Math.round(one?.get(atMs) ?? 0);
  const custom: EventCount[] = [];
  const counted: Record<string, EventCount> = {};
  for (const { gate, id, mode, events: counter, of } of askedCounts(config.settings.gates, config.builtIn)) {
    const datapoints = series.get(seriesId.ownEvents(prefix, id));
    const events = at(datapoints);
    if (typeof counter === 'string') {
      if (datapoints?.has(atMs)) counted[gate] = { events: Math.min(events, requests), requests };
      continue;
    }
    const whole = of === 'requests' ? requests : at(series.get(seriesId.ownRequests(prefix, id)));
    if (mode === 'enforce' && of !== 'requests' && events > whole)
      return `custom gate ${gate.replace('custom:', '')}: ${events} events of ${whole} for version ${version}`;
    custom.push({ events: Math.min(events, whole), requests: whole });
  }
  return { custom, ...(Object.keys(counted).length > 0 && { counted }) };
}

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
 * for a good one; every other request has one of `NonFiniteOutputs` alone. So the first say how many were inferences,
 * and either says that the minute's counts have arrived.
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
