import { type Distribution, distributionOf } from './distribution';
import { type KeptAs, type Statistic, statisticOf } from './statistic';

const MINUTE = 60_000;

/** Values that become readable at the same moment. */
interface VisibleChunk {
  readonly visibleAt: number;
  readonly counts: Map<number, number>;
}

interface MinuteBucket {
  readonly chunks: VisibleChunk[];
  /** What was readable between `from` and `until`, with the statistics already worked out. */
  cache?: { readonly from: number; readonly until: number; readonly stats: Map<string, number | undefined> };
}

/**
 * One metric with one set of dimensions: value counts per minute, so that a minute of 3,000 equal requests costs as
 * much as a minute of one. Statistics of a minute are kept until more of it becomes readable, because a judge reads the
 * whole series at every look.
 */
export class MetricSeries {
  private readonly buckets = new Map<number, MinuteBucket>();

  constructor(private readonly kept: KeptAs) {}

  /** `value` is kept to 3 decimals, or below 1 to 3 digits. */
  record(timestampMs: number, value: number, count: number, visibleAt: number): void {
    const minute = Math.floor(timestampMs / MINUTE);
    let bucket = this.buckets.get(minute);
    if (!bucket) this.buckets.set(minute, (bucket = { chunks: [] }));
    let chunk = bucket.chunks.find((each) => each.visibleAt === visibleAt);
    if (!chunk) bucket.chunks.push((chunk = { visibleAt, counts: new Map() }));
    const rounded = value > 0 && value < 1 ? Number(value.toPrecision(3)) : Math.round(value * 1000) / 1000;
    chunk.counts.set(rounded, (chunk.counts.get(rounded) ?? 0) + count);
    delete bucket.cache;
  }

  /** The statistic of [startMs, startMs + periodMs), of what is readable at `now`. Both are whole minutes. */
  read(startMs: number, periodMs: number, name: string, statistic: Statistic, now: number): number | undefined {
    const first = startMs / MINUTE;
    const minutes = periodMs / MINUTE;
    if (minutes === 1) return this.readMinute(first, name, statistic, now);
    const maps: Map<number, number>[] = [];
    for (let minute = first; minute < first + minutes; minute++) {
      maps.push(...visible(this.buckets.get(minute), now));
    }
    return statisticOf(distributionOf(maps), statistic, this.kept);
  }

  private readMinute(minute: number, name: string, statistic: Statistic, now: number): number | undefined {
    const bucket = this.buckets.get(minute);
    if (!bucket) return undefined;
    if (!bucket.cache || now < bucket.cache.from || now >= bucket.cache.until) {
      const later = bucket.chunks.map((chunk) => chunk.visibleAt).filter((at) => at > now);
      bucket.cache = { from: now, until: Math.min(...later), stats: new Map() };
    }
    const { stats } = bucket.cache;
    if (!stats.has(name)) stats.set(name, statisticOf(this.distribution(bucket, now), statistic, this.kept));
    return stats.get(name);
  }

  /** The last distribution is kept, as a judge asks for many statistics of one minute in a row. */
  private last?: { readonly cache: MinuteBucket['cache']; readonly distribution: Distribution };

  private distribution(bucket: MinuteBucket, now: number): Distribution {
    if (this.last?.cache !== bucket.cache) {
      this.last = { cache: bucket.cache, distribution: distributionOf(visible(bucket, now)) };
    }
    return this.last!.distribution;
  }
}

const visible = (bucket: MinuteBucket | undefined, now: number): Map<number, number>[] =>
  bucket ? bucket.chunks.filter((chunk) => chunk.visibleAt <= now).map((chunk) => chunk.counts) : [];
