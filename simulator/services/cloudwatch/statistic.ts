import type { Distribution } from './distribution';

/** A range of values or of percentiles, lower bound exclusive, upper bound inclusive; a missing bound is open. */
interface StatisticRange {
  readonly from?: number;
  readonly to?: number;
  readonly percent: boolean;
}

export type Statistic =
  | { readonly kind: 'SampleCount' | 'Sum' | 'Average' | 'Minimum' | 'Maximum' }
  | { readonly kind: 'percentile'; readonly percent: number }
  | { readonly kind: 'TC' | 'TM' | 'TS' | 'PR'; readonly range: StatisticRange };

const NUMBER = String.raw`\d+(?:\.\d{1,10})?`;
/** Bounds that are values may have an exponent. */
const BOUND = String.raw`${NUMBER}(?:[Ee][+-]?\d+)?`;
const PERCENTILE = new RegExp(`^p(${NUMBER})$`);
const SHORT_TRIMMED = new RegExp(`^(tc|tm|ts)(${NUMBER})$`);
const TRIMMED = new RegExp(`^(TC|TM|TS|PR)\\((${BOUND}|${NUMBER}%)?:(${BOUND}|${NUMBER}%)?\\)$`);

/** Parses CloudWatch's statistic strings (Statistics-definitions in its user guide); undefined when it is none. */
export function parseStatistic(text: string): Statistic | undefined {
  switch (text) {
    case 'SampleCount':
    case 'Sum':
    case 'Average':
    case 'Minimum':
    case 'Maximum':
      return { kind: text };
  }
  const percentile = PERCENTILE.exec(text)?.[1];
  if (percentile !== undefined) {
    return Number(percentile) <= 100 ? { kind: 'percentile', percent: Number(percentile) } : undefined;
  }
  const short = SHORT_TRIMMED.exec(text);
  if (short) return { kind: trimmedKind(short[1]!), range: { to: Number(short[2]), percent: true } };
  const trimmed = TRIMMED.exec(text);
  return trimmed ? parseTrimmed(trimmedKind(trimmed[1]!), trimmed[2], trimmed[3]) : undefined;
}

function trimmedKind(text: string): 'TC' | 'TM' | 'TS' | 'PR' {
  const upper = text.toUpperCase();
  return upper === 'TC' || upper === 'TM' || upper === 'TS' ? upper : 'PR';
}

function parseTrimmed(kind: 'TC' | 'TM' | 'TS' | 'PR', from?: string, to?: string): Statistic | undefined {
  if (from === undefined && to === undefined) return undefined;
  const percents = [from, to].filter((bound) => bound !== undefined).map((bound) => bound.endsWith('%'));
  const percent = percents[0] === true;
  // Bounds are both values or both percents, and PR takes values only.
  if (percents.some((each) => each !== percent) || (kind === 'PR' && percent)) return undefined;
  const bound = (text?: string) => (text === undefined ? undefined : Number(text.replace('%', '')));
  return { kind, range: { from: bound(from), to: bound(to), percent } };
}

/**
 * How a period's values are kept, which AWS does not document: each, or bins of 10 % width from 1.1^n on, inside which
 * counts are interpolated. Number, sum, least and greatest are exact either way.
 */
export type KeptAs = 'values' | 'bins';

/** Values from `low` to `high`, evenly spread between them; one value where the two are the same. */
interface SpreadValues {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** The statistic of a distribution; undefined where CloudWatch would return no datapoint. */
export function statisticOf(distribution: Distribution, statistic: Statistic, kept: KeptAs): number | undefined {
  const { values, count, sum } = distribution;
  if (count === 0) return undefined;
  const least = values[0]![0];
  const greatest = values[values.length - 1]![0];
  switch (statistic.kind) {
    case 'SampleCount':
      return count;
    case 'Sum':
      return sum;
    case 'Average':
      return sum / count;
    case 'Minimum':
      return least;
    case 'Maximum':
      return greatest;
    case 'percentile': {
      if (least < 0) return undefined;
      const found = percentileOf(piecesOf(distribution, kept), (statistic.percent / 100) * count);
      return Math.min(greatest, Math.max(least, found));
    }
    default:
      // Percentile-like statistics do not exist for a period with a negative value.
      return least < 0 ? undefined : trimmedOf(piecesOf(distribution, kept), count, statistic.kind, statistic.range);
  }
}

const piecesOf = (distribution: Distribution, kept: KeptAs): readonly SpreadValues[] =>
  kept === 'bins' ? binned(distribution) : distribution.values.map(([at, count]) => ({ low: at, high: at, count }));

/** Zero has a bin of its own. */
function binned({ values }: Distribution): readonly SpreadValues[] {
  const bins = new Map<number, number>();
  for (const [value, n] of values) {
    const bin = value === 0 ? -Infinity : Math.floor(Math.log(value) / Math.log(1.1));
    bins.set(bin, (bins.get(bin) ?? 0) + n);
  }
  return [...bins].map(([bin, n]) => ({ low: 1.1 ** bin, high: bin === -Infinity ? 0 : 1.1 ** (bin + 1), count: n }));
}

/** Nearest rank: the smallest value that at least so many do not exceed. */
function percentileOf(pieces: readonly SpreadValues[], rank: number): number {
  let seen = 0;
  for (const { low, high, count } of pieces) {
    if (seen + count >= rank - 1e-9) return low + (high - low) * ((rank - seen) / count);
    seen += count;
  }
  return pieces[pieces.length - 1]!.high;
}

function trimmedOf(
  pieces: readonly SpreadValues[],
  total: number,
  kind: 'TC' | 'TM' | 'TS' | 'PR',
  range: StatisticRange,
) {
  const inside = range.percent ? insidePercents(pieces, total, range) : insideValues(pieces, range);
  switch (kind) {
    case 'TC':
      return inside.count;
    case 'TS':
      return inside.sum;
    case 'PR':
      return (100 * inside.count) / total;
    case 'TM':
      return inside.count === 0 ? undefined : inside.sum / inside.count;
  }
}

function insideValues(pieces: readonly SpreadValues[], { from = -Infinity, to = Infinity }: StatisticRange) {
  let count = 0;
  let sum = 0;
  for (const { low, high, count: n } of pieces) {
    const [begin, end] = [Math.max(low, from), Math.min(high, to)];
    if (low === high ? low <= from || low > to : begin >= end) continue;
    const part = low === high ? n : (n * (end - begin)) / (high - low);
    count += part;
    sum += (part * (begin + end)) / 2;
  }
  return { count, sum };
}

/** A value whose ranks lie across a bound counts in part, which is why a trimmed count may be fractional. */
function insidePercents(pieces: readonly SpreadValues[], total: number, { from = 0, to = 100 }: StatisticRange) {
  const [low, high] = [(from / 100) * total, (to / 100) * total];
  let seen = 0;
  let count = 0;
  let sum = 0;
  for (const { low: begin, high: end, count: n } of pieces) {
    const part = Math.max(0, Math.min(seen + n, high) - Math.max(seen, low));
    seen += n;
    count += part;
    sum += (part * (begin + end)) / 2;
  }
  return { count, sum };
}
