import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { type CellRange, cellOf, LAST_CELL } from '../../domain/cells';
import type { Baseline, BaselineMinute, CountedMeasure, LatencyThreshold } from '../../domain/evidence';
import {
  BUILT_IN_MEASURES,
  type Measure,
  measureNamed,
  NUMBER_QUANTILES,
  rangeInWords,
  rangesAt,
} from '../../domain/measures/measures';
import { ROW_CELL } from '../../domain/measures/count-answers';
import { type SeriesById, type Range, seriesId, type Side, type Source } from './read-series';
import { readQueries } from './read-side';
import { quantileQuery, durationQuery } from './side-queries';
import {
  latencyThresholds,
  medianOf,
  SLICE_MINUTES,
  tellingQuantiles,
  tellingSlices,
} from '../../domain/latency-thresholds';
import { MINUTE_MS } from '../../domain/minutes';

/** CloudWatch's longest period. */
const DAY_MINUTES = 24 * 60;

/**
 * The single period inside a stretch that begins at a multiple of itself and holds the most samples; of equals the
 * longest. CloudWatch cuts time into periods at such multiples; a period that is not aligned would be answered in two
 * pieces, and each might hold data from outside the stretch. Durations of the canary itself must not fix its own
 * thresholds. `samplesAt` gives the samples of the minute that begins then. Undefined when the stretch has no whole
 * minute.
 */
export function fullestPeriod(
  fromMs: number,
  untilMs: number,
  samplesAt: (minuteMs: number) => number,
): Range | undefined {
  const most = Math.min(Math.floor((untilMs - fromMs) / MINUTE_MS), DAY_MINUTES);
  let fullest: { readonly range: Range; readonly samples: number } | undefined;
  for (let minutes = most; minutes >= 1; minutes -= 1) {
    const periodMs = minutes * MINUTE_MS;
    for (let start = Math.ceil(fromMs / periodMs) * periodMs; start + periodMs <= untilMs; start += periodMs) {
      const samples = sum(Array.from({ length: minutes }, (_, minute) => samplesAt(start + minute * MINUTE_MS)));
      if (fullest !== undefined && samples <= fullest.samples) continue;
      fullest = { range: { fromMs: start, untilMs: start + periodMs, periodSeconds: minutes * 60 }, samples };
    }
  }
  return fullest?.range;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export interface BaselineThresholds {
  /** Requests with a duration, of which the quantiles are. */
  readonly durations: number;
  readonly thresholds: readonly LatencyThreshold[];
  readonly queries: readonly unknown[];
}

const quantileId = (quantile: number) => `bQ${Math.round(quantile * 1000)}`;

/**
 * Blue's own duration quantiles, and what they hold both versions to: medians of short slices of the stretch, so that
 * an incident of a few minutes moves none of them; over one period of it where slices have too few requests. `minutes`
 * has its counts.
 */
export async function baselineThresholds(
  client: CloudWatchClient,
  config: EndpointConfig,
  blue: Side,
  of: Source,
  range: Range,
  minutes: SeriesById,
): Promise<BaselineThresholds | 'unavailable'> {
  const { latency } = config.settings.gates;
  const perMinute = minutes.get((blue.timed === 'warm' ? seriesId.timed : seriesId.durations)(blue.prefix));
  const samplesAt = (minuteMs: number) => perMinute?.get(minuteMs) ?? 0;
  const span = fullestPeriod(range.fromMs, range.untilMs, samplesAt);
  if (latency === false || span === undefined) return { durations: 0, thresholds: [], queries: [] };

  const durations = Math.round(samplesIn(span, samplesAt));
  const slices = slicesIn(range);
  const samples = startsOf(slices).map((fromMs) => samplesIn({ fromMs, untilMs: fromMs + SLICE_MS }, samplesAt));
  const telling = tellingQuantiles(durations).map((quantile) => ({ quantile, told: tellingSlices(quantile, samples) }));
  const read = (wanted: typeof telling, over: Range) =>
    readQueries(
      client,
      wanted.map(({ quantile }) => durationQuery(config, blue, of, quantileId(quantile), percentile(quantile))),
      over,
    );
  const robust = telling.filter(({ told }) => told.length > 0);
  const whole = telling.filter(({ told }) => told.length === 0);
  const ofSlices = robust.length === 0 ? NOTHING_READ : await read(robust, slices);
  const ofWhole = whole.length === 0 ? NOTHING_READ : await read(whole, span);
  if (ofSlices === 'unavailable' || ofWhole === 'unavailable') return 'unavailable';

  const measured = telling.flatMap(({ quantile, told }) => {
    const starts = startsOf(slices);
    const inSlices = told.flatMap((place) => ofSlices.series.get(quantileId(quantile))?.get(starts[place] ?? 0) ?? []);
    const ms = told.length > 0 ? medianOf(inSlices) : ofWhole.series.get(quantileId(quantile))?.get(span.fromMs);
    return ms === undefined ? [] : [{ quantile, ms }];
  });
  const queries = [...ofSlices.queries, ...ofWhole.queries];
  return { durations, thresholds: latencyThresholds(measured, latency), queries };
}

const SLICE_MS = SLICE_MINUTES * MINUTE_MS;
const NOTHING_READ = { series: new Map<string, ReadonlyMap<number, number>>(), queries: [] };

/** The whole slices of a stretch; CloudWatch cuts time at multiples of a period. */
const slicesIn = ({ fromMs, untilMs }: Range): Range => ({
  fromMs: Math.ceil(fromMs / SLICE_MS) * SLICE_MS,
  untilMs: Math.floor(untilMs / SLICE_MS) * SLICE_MS,
  periodSeconds: SLICE_MINUTES * 60,
});

const startsOf = ({ fromMs, untilMs }: Range): readonly number[] =>
  Array.from({ length: Math.max(0, (untilMs - fromMs) / SLICE_MS) }, (_, place) => fromMs + place * SLICE_MS);

function samplesIn(span: Pick<Range, 'fromMs' | 'untilMs'>, samplesAt: (minuteMs: number) => number): number {
  let samples = 0;
  for (let atMs = span.fromMs; atMs < span.untilMs; atMs += MINUTE_MS) samples += samplesAt(atMs);
  return samples;
}

/** `p99.9`; rounded because 0.999 * 100 is 99.9 only nearly. */
const percentile = (quantile: number): string => `p${Number((quantile * 100).toFixed(3))}`;

/** More classes than this are counted in ranges of neighbours, each about a hundredth of blue's answers. */
const MOST_CLASSES = 200;
/** Of labels each is two counts; those beyond are in their number alone. */
const MOST_LABELS = 100;
const OTHER = 'other';
const PERCENTS = Array.from({ length: 99 }, (_, index) => index + 1);

/** What the versions' metadata say. */
export interface AnswersAsked {
  readonly measures: readonly Measure[];
  /** Names of the classes in each version's order, where they are not the settings'. */
  readonly blueClasses?: readonly string[] | undefined;
  /** @default blue's */
  readonly greenClasses?: readonly string[] | undefined;
}

/** Before the versions were asked. */
export const anyAnswers = ({ settings }: EndpointConfig): AnswersAsked => ({
  measures: [...BUILT_IN_MEASURES, ...settings.measures.map(({ name }) => name)].map(measureNamed),
});

export type AnswerClasses = Required<Pick<Baseline, 'classNames' | 'measures'>>;

interface FoundMeasure {
  readonly counted: CountedMeasure;
  readonly names: readonly string[];
}

/** Those of which blue has values at all. */
export const presentMeasures = (asked: AnswersAsked, series: SeriesById, { prefix }: Side): readonly Measure[] =>
  asked.measures.filter(({ metric }) => (series.get(seriesId.answers(prefix, metric))?.size ?? 0) > 0);

/**
 * How blue's answers, and then green's, are counted: by classes where these are few, else in ranges at blue's own
 * quantiles over one period of the stretch. `series` has each measure's values and its greatest index, minute by
 * minute.
 */
export async function countedMeasures(
  client: CloudWatchClient,
  config: EndpointConfig,
  blue: Side,
  asked: AnswersAsked,
  range: Range,
  series: SeriesById,
): Promise<(AnswerClasses & { readonly queries: readonly unknown[] }) | 'unavailable'> {
  const found: FoundMeasure[] = [];
  const queries: unknown[] = [];
  const present = presentMeasures(asked, series, blue);
  for (const measure of present) {
    const { name, metric, kind } = measure;
    const names = namesOf(config, asked);
    const top = cellOf(Math.max(...(series.get(seriesId.topCell(blue.prefix, metric))?.values() ?? [])));
    const classes = names?.union.length ?? (top === LAST_CELL ? MOST_CLASSES : top + 1);
    if (kind === 'labels') {
      found.push(...eachLabel(metric, names?.union ?? namesUpTo(top)));
      continue;
    }
    // Whole numbers that reach further are amounts, where they are counted as such as well.
    const isAmount = names === undefined && (top >= MOST_CLASSES || top === LAST_CELL);
    if (kind === 'class' && isAmount && present.some((one) => one.name === 'score')) continue;
    if (kind === 'class' && classes <= MOST_CLASSES) {
      found.push(eachClass(measure, names ?? { union: namesUpTo(classes - 1) }));
      continue;
    }
    const perMinute = series.get(seriesId.answers(blue.prefix, metric));
    const span = fullestPeriod(range.fromMs, range.untilMs, (at) => perMinute?.get(at) ?? 0);
    if (span === undefined) continue;
    const percents = kind === 'class' ? PERCENTS : NUMBER_QUANTILES.map((quantile) => Math.round(100 * quantile));
    const reading = await readQueries(
      client,
      percents.map((percent) => quantileQuery(config, blue, metric, percent)),
      span,
    );
    if (reading === 'unavailable') return reading;
    queries.push(...reading.queries);
    const quantiles = percents.flatMap((percent) => {
      const code = reading.series.get(seriesId.quantile(blue.prefix, metric, percent))?.get(span.fromMs);
      return code === undefined ? [] : [cellOf(code)];
    });
    // Each is read from a value or a bin on its own.
    const ranges = rangesAt(
      [...quantiles].sort((a, b) => a - b),
      kind === 'class' ? 'classes' : 'numbers',
    );
    const wordsOf = (one: CellRange) =>
      kind === 'class' ? classesInWords(one, names?.union) : rangeInWords(name, one);
    found.push({ counted: { name, metric, blue: ranges.slice(0, -1) }, names: ranges.map(wordsOf) });
  }
  return {
    measures: found.map(({ counted }) => counted),
    classNames: found.flatMap(({ names }) => names),
    queries,
  };
}

interface Names {
  readonly union: readonly string[];
  readonly blue?: readonly string[] | undefined;
  readonly green?: readonly string[] | undefined;
}

function namesOf({ settings }: EndpointConfig, { blueClasses, greenClasses }: AnswersAsked): Names | undefined {
  if (blueClasses === undefined) return settings.classNames && { union: settings.classNames };
  const green = greenClasses ?? blueClasses;
  return { union: [...new Set([...blueClasses, ...green])], blue: blueClasses, green };
}

const namesUpTo = (top: number): readonly string[] =>
  Array.from({ length: Math.max(0, Math.min(top + 1, MOST_CLASSES)) }, (_, index) => String(index));

const alone = (index: number): CellRange | null => (index < 0 ? null : [index, index]);

/** The same name may have another index in either version; what a version has no name for is its "other". */
function eachClass({ name, metric }: Measure, { union, blue = union, green = union }: Names): FoundMeasure {
  const cells = (names: readonly string[]) => union.map((one) => alone(names.indexOf(one)));
  const same = green.length === blue.length && green.every((one, index) => one === blue[index]);
  return {
    counted: { name, metric, blue: cells(blue), ...(!same && { green: cells(green) }) },
    names: [...union, OTHER],
  };
}

const eachLabel = (metric: string, names: readonly string[]): readonly FoundMeasure[] =>
  names.slice(0, MOST_LABELS).map((name, index) => ({
    counted: { name: `label ${name}`, metric, whole: [ROW_CELL, ROW_CELL], blue: [[index, index]] },
    names: [`label ${name}`, `no label ${name}`],
  }));

function classesInWords([from, to]: CellRange, names: readonly string[] | undefined): string {
  const nameOf = (cell: number) => names?.[cell] ?? (names === undefined ? String(cell) : OTHER);
  const first = Math.max(0, from);
  if (to >= LAST_CELL) return `class ${nameOf(first)} and beyond`;
  return first >= to ? `class ${nameOf(to)}` : `class ${nameOf(first)} to ${nameOf(to)}`;
}

/**
 * An index without a name may stand for "no label" and be huge; indices that blue never reached are not classes. Names
 * are classes in any case. `minutes` are blue's counts.
 */
export function withoutUnused(
  { measures, classNames }: AnswerClasses,
  minutes: readonly BaselineMinute[],
  named: boolean,
): AnswerClasses & { readonly used: (counts: readonly number[]) => readonly number[] } {
  let until = 0;
  const kept = measures.map((measure) => {
    const [from, rest] = [until, (until += measure.blue.length + 1) - 1];
    const isIndex =
      measure.name === 'class' && !named && measure.blue.every((one) => one !== null && one[0] === one[1]);
    const seen = Array.from({ length: rest - from }, (_, index) => from + index).filter((at) =>
      minutes.some(({ blue }) => (blue.classes[at] ?? 0) > 0),
    );
    const last = isIndex ? (seen.at(-1) ?? from - 1) : rest - 1;
    return { measure: { ...measure, blue: measure.blue.slice(0, last + 1 - from) }, from, last, rest };
  });
  const used = <T>(all: readonly T[]): readonly T[] =>
    kept.flatMap(({ from, last, rest }) => [...all.slice(from, last + 1), ...all.slice(rest, rest + 1)]);
  return { measures: kept.map(({ measure }) => measure), classNames: used(classNames), used };
}
