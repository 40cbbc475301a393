import type { EndpointConfig } from '../../contract/endpoint-settings';
import { METRIC_NAMESPACE, METRICS } from '../../contract/metric-names';
import { classRange } from './class-ranges';
import { LAMBDA_NAMESPACE, modelServerVersion, versionBehindAlias, wholeAlias } from './dimensions';
import type { SeriesQuery } from './series-query';

/** What is counted of one version, minute by minute. */
export interface Side {
  /** Begins the ids of its queries: `b` for blue, `g` for green. */
  readonly prefix: 'b' | 'g';
  readonly version: string;
  /** Durations (ms): requests beyond each are counted, in this order. */
  readonly limitsMs: readonly number[];
  readonly classCount: number;
}

/** Ids of a side's queries; they are read back by the same names. */
export const seriesId = {
  requests: (prefix: string) => `${prefix}Requests`,
  errors: (prefix: string) => `${prefix}Errors`,
  durations: (prefix: string) => `${prefix}Durations`,
  beyond: (prefix: string, index: number) => `${prefix}Beyond${index}`,
  modelErrors: (prefix: string) => `${prefix}ModelErrors`,
  modelSamples: (prefix: string) => `${prefix}ModelSamples`,
  nonFinite: (prefix: string) => `${prefix}NonFinite`,
  predictions: (prefix: string) => `${prefix}Predictions`,
  topClass: (prefix: string) => `${prefix}TopClass`,
  classShare: (prefix: string, index: number) => `${prefix}Class${index}`,
};

/** Lambda's own metrics of one version behind the alias, or of the alias as a whole. */
export function lambdaQueries(config: EndpointConfig, side: Side, of: 'version' | 'alias'): readonly SeriesQuery[] {
  const { functionName } = config;
  const dimensions = of === 'version' ? versionBehindAlias(functionName, side.version) : wholeAlias(functionName);
  const query = (id: string, metric: string, stat: string): SeriesQuery => ({
    id,
    namespace: LAMBDA_NAMESPACE,
    metric,
    dimensions,
    stat,
  });
  return [
    query(seriesId.requests(side.prefix), 'Invocations', 'Sum'),
    query(seriesId.errors(side.prefix), 'Errors', 'Sum'),
    query(seriesId.durations(side.prefix), 'Duration', 'SampleCount'),
    ...side.limitsMs.map((ms, index) => query(seriesId.beyond(side.prefix, index), 'Duration', `TC(${ms}:)`)),
  ];
}

/** The model server's metrics of one version; a user's own function has none. */
export function modelQueries(config: EndpointConfig, side: Side): readonly SeriesQuery[] {
  if (!config.builtIn) return [];
  const query = modelQuery(config, side.version);
  return [
    query(seriesId.modelErrors(side.prefix), METRICS.modelErrors, 'Sum'),
    query(seriesId.modelSamples(side.prefix), METRICS.modelErrors, 'SampleCount'),
    query(seriesId.nonFinite(side.prefix), METRICS.nonFiniteOutputs, 'Sum'),
    ...classQueries(config, side),
  ];
}

/** The number of predictions and each class's share of them but the last's, which is the rest; none for fewer than two classes, which cannot shift. */
export function classQueries(config: EndpointConfig, side: Side): readonly SeriesQuery[] {
  if (!config.builtIn || side.classCount < 2) return [];
  const query = modelQuery(config, side.version);
  return [
    query(seriesId.predictions(side.prefix), METRICS.predictedClass, 'SampleCount'),
    ...Array.from({ length: side.classCount - 1 }, (_, index) =>
      query(seriesId.classShare(side.prefix, index), METRICS.predictedClass, classRange(index)),
    ),
  ];
}

/** The greatest class index that was predicted. */
export const topClassQuery = (config: EndpointConfig, side: Side): SeriesQuery =>
  modelQuery(config, side.version)(seriesId.topClass(side.prefix), METRICS.predictedClass, 'Maximum');

const modelQuery =
  (config: EndpointConfig, version: string) =>
  (id: string, metric: string, stat: string): SeriesQuery => ({
    id,
    namespace: METRIC_NAMESPACE,
    metric,
    dimensions: modelServerVersion(config.settings.name, version),
    stat,
  });
