import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { labelsInSight } from '../../domain/feedback';
import type { Baseline, BaselineMinute, LabelsBefore } from '../../domain/evidence';
import {
  type AnswersAsked,
  anyAnswers,
  countedMeasures,
  presentMeasures,
  withoutUnused,
  baselineThresholds,
} from './baseline-measures';
import {
  minuteCounts,
  bothReadings,
  readQueries,
  readSideAlone,
  tellsNoWarmth,
  timedBy,
  timedByLambda,
} from './read-side';
import { type SeriesById, type Range, seriesId, type Side } from './read-series';
import {
  beyondQueries,
  answerQueries,
  labelsQuery,
  presenceQueries,
  throttleQueries,
  topCellQueries,
  wrongLabelQueries,
} from './side-queries';
import { MINUTE_MS } from '../../domain/minutes';

export type FetchBaseline = (
  query: BaselineQuery,
) => Promise<{ readonly baseline: Baseline; readonly queries: readonly unknown[] } | 'unavailable'>;

export interface BaselineQuery {
  readonly config: EndpointConfig;
  readonly blue: string;
  /** Whole minutes; `until` is exclusive. */
  readonly from: string;
  readonly until: string;
  /** @default whatever may be counted, with the settings' class names */
  readonly answers?: AnswersAsked;
  /**
   * Only what there is to count, at a quarter of the cost: no thresholds, and in place of classes the names of the
   * measures.
   */
  readonly outline: boolean;
  /** @default no label is looked for */
  readonly labels?: LabelsWanted | undefined;
}

/** What must be in sight for labels to be counted, which else costs one metric. */
export interface LabelsWanted {
  readonly withinMinutes: number;
  /** See `labelMinutes`. */
  readonly greenMinutes: number;
  /** Labels that green must be able to expect. */
  readonly least: number;
}

const NOTHING = { baseline: [], baselineDurations: 0, thresholds: [], classNames: [] };

/**
 * Blue's own minutes over a stretch in which it was alone. Read in three rounds, because each needs the one before: the
 * counts with the greatest class; the quantiles of durations and answers; requests beyond these, and the classes one by
 * one. A minute whose data has not all arrived is left out. An outline is the first alone.
 */
export const readBaseline =
  (client: CloudWatchClient): FetchBaseline =>
  async ({ config, blue: version, from, until, answers = anyAnswers(config), outline, labels: wanted }) => {
    const range: Range = { fromMs: Date.parse(from), untilMs: Date.parse(until), periodSeconds: 60 };
    if (range.untilMs <= range.fromMs) return { baseline: NOTHING, queries: [] };
    const asked: Side = {
      prefix: 'b',
      version,
      limitsMs: [],
      timed: timedBy(config),
      measures: [],
      observed: !outline,
    };

    const predicts = config.builtIn && config.settings.gates.predictions !== false;
    const more = [
      // They never reached the function, so they say nothing of what there is to count.
      ...(outline ? [] : throttleQueries(config, asked, 'alias')),
      ...(predicts ? presenceQueries(config, asked, answers.measures) : []),
      ...(predicts && !outline ? topCellQueries(config, asked, answers.measures) : []),
      ...(wanted ? [labelsQuery(config, asked, wanted.withinMinutes)] : []),
    ];
    const counts = await readSideAlone(client, config, asked, range, more);
    if (counts === 'unavailable') return counts;
    const cold = tellsNoWarmth(counts.series, asked);
    const timed: Side = cold ? { ...asked, timed: 'all' } : asked;
    if (outline) {
      const minutes = minutesIn(range, counts.series, timed, config);
      const names = presentMeasures(answers, counts.series, asked).map(({ name }) => name);
      return { baseline: { ...NOTHING, baseline: minutes, classNames: names }, queries: counts.queries };
    }
    const latency = await baselineThresholds(client, config, timed, counts.of, range, counts.series);
    if (latency === 'unavailable') return latency;
    const counting = await countedMeasures(client, config, asked, answers, range, counts.series);
    if (counting === 'unavailable') return counting;
    const labels = wanted && labelsBefore(wanted, counts.series, asked, range);
    const blue: Side = {
      ...timed,
      ...(wanted && labels && labels.green >= wanted.least && { labelsWithinMinutes: wanted.withinMinutes }),
      limitsMs: latency.thresholds.map(({ blueMs }) => blueMs),
      measures: counting.measures,
    };
    const details = await readQueries(
      client,
      [
        ...beyondQueries(config, blue, counts.of),
        // How many values each measure has was in the first round.
        ...answerQueries(config, blue).filter(({ id }) => !counts.series.has(id)),
        ...wrongLabelQueries(config, blue),
      ],
      range,
    );
    if (details === 'unavailable') return details;

    const { series, queries } = bothReadings(counts, details);
    const minutes = minutesIn(range, series, blue, config);
    const named = config.settings.classNames !== undefined || answers.blueClasses !== undefined;
    const { classNames, measures, used } = withoutUnused(counting, minutes, named);
    return {
      baseline: {
        baseline: minutes.map(({ minute, blue: counted }) => ({
          minute,
          blue: { ...counted, classes: used(counted.classes) },
        })),
        baselineDurations: latency.durations,
        thresholds: latency.thresholds,
        classNames,
        measures,
        ...(labels && { labels }),
      },
      queries: [...(cold ? [timedByLambda([version])] : []), ...queries, ...latency.queries, ...counting.queries],
    };
  };

function labelsBefore(wanted: LabelsWanted, series: SeriesById, { prefix }: Side, range: Range): LabelsBefore {
  const blue = [...(series.get(seriesId.labels(prefix))?.values() ?? [])].reduce((sum, labels) => sum + labels, 0);
  return labelsInSight(Math.round(blue), (range.untilMs - range.fromMs) / MINUTE_MS, wanted.greenMinutes);
}

/** Those whose data has arrived. */
function minutesIn(range: Range, series: SeriesById, blue: Side, config: EndpointConfig): readonly BaselineMinute[] {
  const minutes: BaselineMinute[] = [];
  for (let atMs = range.fromMs; atMs + MINUTE_MS <= range.untilMs; atMs += MINUTE_MS) {
    const read = minuteCounts(series, blue, atMs, config);
    if (read.kind === 'incomplete') continue;
    minutes.push({ minute: new Date(atMs).toISOString(), blue: { ...read.counts, slow: read.beyond } });
  }
  return minutes;
}
