import type { Range, SeriesQuery } from './series-query';

/**
 * What was asked, complete and short, for the record: the calls' queries by metric dimensions, each as
 * `"id": "metric statistic"`. 400 queries of one look would else be 100 KB of repeated names.
 */
export function describeQueries(queries: readonly SeriesQuery[], range: Range): readonly unknown[] {
  const groups = new Map<string, { readonly first: SeriesQuery; readonly series: Record<string, string> }>();
  for (const query of queries) {
    const key = JSON.stringify([query.namespace, query.dimensions]);
    const group = groups.get(key) ?? { first: query, series: {} };
    group.series[query.id] = `${query.metric} ${query.stat}`;
    groups.set(key, group);
  }
  return [...groups.values()].map(({ first, series }) => ({
    from: new Date(range.fromMs).toISOString(),
    until: new Date(range.untilMs).toISOString(),
    periodSeconds: range.periodSeconds,
    namespace: first.namespace,
    dimensions: first.dimensions,
    series,
  }));
}
