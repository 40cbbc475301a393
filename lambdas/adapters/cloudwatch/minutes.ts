import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { isProven } from '../../domain/gates/latency-quantiles';
import type { CountedMeasure, EvidenceMinute, LatencyThreshold, SideCounts } from '../../domain/evidence';
import {
  minuteCounts,
  type QueriedMinute,
  bothReadings,
  readQueries,
  readSideAlone,
  readSides,
  type SeriesReading,
  tellsNoWarmth,
  timedBy,
  timedByLambda,
} from './read-side';
import type { Range, Side, Timed } from './read-series';
import { beyondQueries, throttleQueries } from './side-queries';
import { MINUTE_MS } from '../../domain/minutes';

/** A stretch of whole minutes at one weight. `until` is exclusive. */
export interface WeightWindow {
  readonly from: string;
  readonly until: string;
  readonly weight: number;
}

export type FetchMinutes = (query: MinutesQuery) => Promise<MinutesReading | 'unavailable'>;

export interface MinutesQuery {
  readonly config: EndpointConfig;
  readonly blue: string;
  readonly green: string;
  readonly thresholds: readonly LatencyThreshold[];
  /** What is counted of answers, fixed with the baseline. */
  readonly measures: readonly CountedMeasure[];
  /**
   * Whether this look may end in `pass`. Only then is green counted beyond its harmful durations: a look reads every
   * minute anew, so that the last one has those of all minutes, and the looks before it cost less.
   */
  readonly mayPass: boolean;
  readonly windows: readonly WeightWindow[];
  /** Minutes of the windows before `from` count no label: green's had no time yet. @default accuracy is not judged */
  readonly labels?: { readonly withinMinutes: number; readonly from: string } | undefined;
  /** Blue's minutes lie this many minutes before green's: 0 in a canary, more when green alone is watched. */
  readonly blueMinutesEarlier: number;
  /**
   * In those minutes green had a share: what the alias had as a whole is not blue's, and a blue without a request had
   * none. @default not so
   */
  readonly blueShared?: boolean;
}

/** A minute that has ended and yet says too little to count. */
export interface IncompleteMinute {
  readonly minute: string;
  readonly why: string;
}

export interface MinutesReading {
  readonly minutes: readonly EvidenceMinute[];
  readonly incomplete: readonly IncompleteMinute[];
  /** The exact queries, for the record. */
  readonly queries: readonly unknown[];
}

interface WeightedMinute {
  readonly atMs: number;
  readonly weight: number;
}

/** Counts of both versions, minute by minute, over the windows. */
export const readMinutes =
  (client: CloudWatchClient): FetchMinutes =>
  async (query) => {
    const wanted = minutesOf(query.windows);
    const [first, last] = [wanted[0], wanted.at(-1)];
    if (first === undefined || last === undefined) return { minutes: [], incomplete: [], queries: [] };

    const range: Range = { fromMs: first.atMs, untilMs: last.atMs + MINUTE_MS, periodSeconds: 60 };
    const read = await readBoth(client, query, range);
    if (read === 'unavailable') return read;
    const { blue, green, series, queries } = read;

    const earlierMs = query.blueMinutesEarlier * MINUTE_MS;
    const minutes: EvidenceMinute[] = [];
    const incomplete: IncompleteMinute[] = [];
    for (const { atMs, weight } of wanted) {
      const minute = new Date(atMs).toISOString();
      const ofBlue = minuteCounts(series, blue, atMs - earlierMs, query.config);
      const ofGreen = minuteCounts(series, green, atMs, query.config);
      if (ofBlue.kind === 'counted' && ofGreen.kind === 'counted') {
        const [blueSide, greenSide] = [blueCounts(ofBlue), greenCounts(ofGreen, query)].map((counts) =>
          query.labels !== undefined && minute < query.labels.from ? withoutLabels(counts) : counts,
        ) as [SideCounts, SideCounts];
        minutes.push({ minute, weight: weight / 100, blue: blueSide, green: greenSide });
      } else {
        const whys = [ofBlue, ofGreen].flatMap((side) => (side.kind === 'incomplete' ? [side.why] : []));
        incomplete.push({ minute, why: whys.join('; ') });
      }
    }
    return { minutes, incomplete, queries };
  };

/** Ascending; a minute in two windows counts once, with the earlier window's weight. */
function minutesOf(windows: readonly WeightWindow[]): readonly WeightedMinute[] {
  const weights = new Map<number, number>();
  for (const { from, until, weight } of windows) {
    const end = Date.parse(until);
    for (let atMs = Math.ceil(Date.parse(from) / MINUTE_MS) * MINUTE_MS; atMs + MINUTE_MS <= end; atMs += MINUTE_MS) {
      if (!weights.has(atMs)) weights.set(atMs, weight);
    }
  }
  return [...weights].map(([atMs, weight]) => ({ atMs, weight })).sort((a, b) => a.atMs - b.atMs);
}

/**
 * Blue is counted beyond its own durations; green beyond the tolerated ones first, then beyond the harmful ones that
 * are wanted.
 */
function sidesOf(query: MinutesQuery, timed: Timed): readonly [blue: Side, green: Side] {
  const { blue, green, thresholds, measures, labels, mayPass: observed } = query;
  const labelsWithinMinutes = labels?.withinMinutes;
  const greenLimits = [
    ...thresholds.map((one) => one.greenToleratedMs),
    ...provenIn(query).map((one) => one.greenHarmfulMs),
  ];
  return [
    {
      prefix: 'b',
      version: blue,
      limitsMs: thresholds.map((one) => one.blueMs),
      timed,
      measures,
      labelsWithinMinutes,
      observed,
    },
    { prefix: 'g', version: green, limitsMs: greenLimits, timed, measures, labelsWithinMinutes, observed },
  ];
}

/** Where green is counted beyond its harmful durations: where `pass` needs proof, at looks that may end in `pass`. */
const provenIn = ({ thresholds, mayPass }: MinutesQuery) => (mayPass ? thresholds.filter(isProven) : []);

type BothSides = SeriesReading & { readonly blue: Side; readonly green: Side };

/** Both versions by the durations that both have. */
async function readBoth(
  client: CloudWatchClient,
  query: MinutesQuery,
  range: Range,
): Promise<BothSides | 'unavailable'> {
  const { config } = query;
  const [blue, green] = sidesOf(query, timedBy(config));
  const together = query.blueMinutesEarlier === 0;
  const reading = together
    ? await readSides(client, config, [blue, green], range)
    : await readApart(client, query, [blue, green], range);
  if (reading === 'unavailable') return reading;
  const older = [blue, green].filter((side) => tellsNoWarmth(reading.series, side));
  if (older.length === 0) return { ...reading, blue, green };

  const sides = sidesOf(query, 'all');
  const beyond = together
    ? await readQueries(
        client,
        sides.flatMap((side) => beyondQueries(config, side, 'version')),
        range,
      )
    : await readApart(client, query, sides, range);
  if (beyond === 'unavailable') return beyond;
  const { series, queries } = bothReadings(reading, beyond);
  const note = timedByLambda(older.map(({ version }) => version));
  return { series, queries: [note, ...queries], blue: sides[0], green: sides[1] };
}

/** Green alone is watched: blue's minutes are earlier ones, from when it was alone. */
async function readApart(
  client: CloudWatchClient,
  query: MinutesQuery,
  [blue, green]: readonly [Side, Side],
  range: Range,
): Promise<SeriesReading | 'unavailable'> {
  const earlierMs = query.blueMinutesEarlier * MINUTE_MS;
  const shifted = { ...range, fromMs: range.fromMs - earlierMs, untilMs: range.untilMs - earlierMs };
  const more = throttleQueries(query.config, blue, query.blueShared === true ? 'version' : 'alias');
  const ofBlue = await readSideAlone(client, query.config, blue, shifted, more, query.blueShared);
  if (ofBlue === 'unavailable') return ofBlue;
  const ofGreen = await readSideAlone(
    client,
    query.config,
    green,
    range,
    throttleQueries(query.config, green, 'alias'),
  );
  return ofGreen === 'unavailable' ? ofGreen : bothReadings(ofBlue, ofGreen);
}

type CountedMinute = Extract<QueriedMinute, { kind: 'counted' }>;

/** Of an answer of this minute only quick labels can have come, and quick ones may be of another kind. */
const withoutLabels = (counts: SideCounts): SideCounts => ({ ...counts, labelled: { events: 0, requests: 0 } });

/** Harm compares green beyond its harmful duration with blue beyond the same one as for tolerance. */
const blueCounts = ({ counts, beyond }: CountedMinute): SideCounts => ({ ...counts, slow: beyond, verySlow: beyond });

/**
 * Where green beyond its harmful duration is not read, it counts as all beyond the tolerated one: never less than there
 * were, so that such a count can prove harm too much and never too little.
 */
function greenCounts({ counts, beyond }: CountedMinute, query: MinutesQuery): SideCounts {
  const { thresholds } = query;
  const slow = beyond.slice(0, thresholds.length);
  const proven = provenIn(query);
  const verySlow = thresholds.map((threshold, index) => {
    const place = proven.indexOf(threshold);
    return (place < 0 ? undefined : beyond[thresholds.length + place]) ?? slow[index] ?? 0;
  });
  return { ...counts, slow, verySlow };
}
