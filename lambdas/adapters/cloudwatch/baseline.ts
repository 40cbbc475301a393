import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EvidenceSource } from '../../ports/evidence-source';
import { baselineClasses } from './baseline-classes';
import { baselineThresholds } from './baseline-thresholds';
import type { SeriesById } from './read-series';
import { readQueries, readSideAlone } from './read-side';
import type { Range } from './series-query';
import { seriesId, type Side, topClassQuery } from './side-queries';

const NOTHING = { minutes: 0, requests: 0, failures: 0, durations: 0, thresholds: [], classNames: [], classes: [] };

/** Blue's own numbers over a stretch in which it was alone. */
export const readBaseline =
  (client: CloudWatchClient): EvidenceSource['baseline'] =>
  async ({ config, blue: version, from, until }) => {
    const range: Range = { fromMs: Date.parse(from), untilMs: Date.parse(until), periodSeconds: 60 };
    if (range.untilMs <= range.fromMs) return { baseline: NOTHING, queries: [] };
    const blue: Side = { prefix: 'b', version, limitsMs: [], classCount: 0 };

    const counts = await readSideAlone(client, config, blue, range);
    if (counts === 'unavailable') return counts;
    const latency = await baselineThresholds(client, config, version, counts.of, range, counts.series);
    if (latency === 'unavailable') return latency;
    const counted = config.builtIn && config.settings.gates.predictions !== false;
    const top = counted && (await readQueries(client, [topClassQuery(config, blue)], range));
    if (top === 'unavailable') return top;
    const topClass = top ? top.series.get(seriesId.topClass(blue.prefix)) : undefined;
    const predicted = await baselineClasses(client, config, blue, topClass, range);
    if (predicted === 'unavailable') return predicted;

    const requests = totalOf(counts.series, seriesId.requests(blue.prefix));
    const failures =
      totalOf(counts.series, seriesId.errors(blue.prefix)) +
      totalOf(counts.series, seriesId.modelErrors(blue.prefix)) +
      totalOf(counts.series, seriesId.nonFinite(blue.prefix));
    return {
      baseline: {
        minutes: (range.untilMs - range.fromMs) / 60_000,
        requests,
        // Log events may be delivered twice, and a request fails at most once.
        failures: Math.min(failures, requests),
        durations: latency.durations,
        thresholds: latency.thresholds,
        classNames: predicted.classNames,
        classes: predicted.classes,
      },
      queries: [...counts.queries, ...latency.queries, ...(top ? top.queries : []), ...predicted.queries],
    };
  };

const totalOf = (series: SeriesById, id: string): number =>
  Math.round([...(series.get(id)?.values() ?? [])].reduce((sum, value) => sum + value, 0));
