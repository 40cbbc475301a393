import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { isProven } from '../../domain/judge/3-gates/latency';
import type { EvidenceMinute, SideCounts } from '../../domain/judge/evidence';
import type { EvidenceSource, IncompleteMinute, MinutesQuery, WeightWindow } from '../../ports/evidence-source';
import { minuteCounts, type MinuteCounts } from './minute-counts';
import { readSideAlone, readSides, type SeriesReading } from './read-side';
import type { Range } from './series-query';
import type { Side } from './side-queries';

const MINUTE_MS = 60_000;

interface WeightedMinute {
  readonly atMs: number;
  readonly weight: number;
}

/** Counts of both versions, minute by minute, over the windows. */
export const readMinutes =
  (client: CloudWatchClient): EvidenceSource['minutes'] =>
  async (query) => {
    const wanted = minutesOf(query.windows);
    const [first, last] = [wanted[0], wanted.at(-1)];
    if (first === undefined || last === undefined) return { minutes: [], incomplete: [], queries: [] };

    const range: Range = { fromMs: first.atMs, untilMs: last.atMs + MINUTE_MS, periodSeconds: 60 };
    const earlierMs = query.blueMinutesEarlier * MINUTE_MS;
    const [blue, green] = sidesOf(query);
    const reading =
      earlierMs === 0
        ? await readSides(client, query.config, [blue, green], range)
        : await readApart(client, query, [blue, green], range, earlierMs);
    if (reading === 'unavailable') return reading;

    const minutes: EvidenceMinute[] = [];
    const incomplete: IncompleteMinute[] = [];
    for (const { atMs, weight } of wanted) {
      const minute = new Date(atMs).toISOString();
      const ofBlue = minuteCounts(reading.series, blue, atMs - earlierMs, query.config.builtIn);
      const ofGreen = minuteCounts(reading.series, green, atMs, query.config.builtIn);
      if (ofBlue.kind === 'counted' && ofGreen.kind === 'counted') {
        minutes.push({ minute, weight, blue: blueCounts(ofBlue), green: greenCounts(ofGreen, query) });
      } else {
        const whys = [ofBlue, ofGreen].flatMap((side) => (side.kind === 'incomplete' ? [side.why] : []));
        incomplete.push({ minute, why: whys.join('; ') });
      }
    }
    return { minutes, incomplete, queries: reading.queries };
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

/** Blue is counted beyond its own durations; green beyond the tolerated ones first, then beyond the harmful ones that need proof. */
function sidesOf({ blue, green, thresholds, classCount }: MinutesQuery): readonly [blue: Side, green: Side] {
  const greenLimits = [
    ...thresholds.map((one) => one.greenToleratedMs),
    ...thresholds.filter(isProven).map((one) => one.greenHarmfulMs),
  ];
  return [
    { prefix: 'b', version: blue, limitsMs: thresholds.map((one) => one.blueMs), classCount },
    { prefix: 'g', version: green, limitsMs: greenLimits, classCount },
  ];
}

/** Green alone is watched: blue's minutes are earlier ones, from when it was alone. */
async function readApart(
  client: CloudWatchClient,
  query: MinutesQuery,
  [blue, green]: readonly [Side, Side],
  range: Range,
  earlierMs: number,
): Promise<SeriesReading | 'unavailable'> {
  const shifted = { ...range, fromMs: range.fromMs - earlierMs, untilMs: range.untilMs - earlierMs };
  const ofBlue = await readSideAlone(client, query.config, blue, shifted);
  if (ofBlue === 'unavailable') return ofBlue;
  const ofGreen = await readSideAlone(client, query.config, green, range);
  if (ofGreen === 'unavailable') return ofGreen;
  return {
    series: new Map([...ofBlue.series, ...ofGreen.series]),
    queries: [...ofBlue.queries, ...ofGreen.queries],
  };
}

type Counted = Extract<MinuteCounts, { kind: 'counted' }>;

/** Harm compares green beyond its harmful duration with blue beyond the same one as for tolerance. */
const blueCounts = ({ counts, beyond }: Counted): SideCounts => ({ ...counts, slow: beyond, verySlow: beyond });

/** Where no proof is needed, green beyond its harmful duration is not read: at most as many as beyond the tolerated one. */
function greenCounts({ counts, beyond }: Counted, { thresholds }: MinutesQuery): SideCounts {
  const slow = beyond.slice(0, thresholds.length);
  const proven = thresholds.filter(isProven);
  const verySlow = thresholds.map((threshold, index) => {
    const place = proven.indexOf(threshold);
    return (place < 0 ? undefined : beyond[thresholds.length + place]) ?? slow[index] ?? 0;
  });
  return { ...counts, slow, verySlow };
}
