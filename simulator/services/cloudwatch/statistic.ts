import type { Distribution } from './distribution';

/** A range of values or of percentiles, lower bound exclusive, upper bound inclusive; a missing bound is open. */
interface Range {
  readonly from?: number;
  readonly to?: number;
  readonly percent: boolean;
}

export type Statistic =
  | { readonly kind: 'SampleCount' | 'Sum' | 'Average' | 'Minimum' | 'Maximum' }
  | { readonly kind: 'percentile'; readonly percent: number }
  | { readonly kind: 'TC' | 'TM' | 'TS' | 'PR'; readonly range: Range };

const NUMBER = String.raw`\d+(?:\.\d{1,10})?`;
const PERCENTILE = new RegExp(`^p(${NUMBER})$`);
const SHORT_TRIMMED = new RegExp(`^(tc|tm|ts)(${NUMBER})$`);
const TRIMMED = new RegExp(`^(TC|TM|TS|PR)\\((${NUMBER}%?)?:(${NUMBER}%?)?\\)$`);

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

/** The statistic of a distribution; undefined where CloudWatch would return no datapoint. */
export function statisticOf(distribution: Distribution, statistic: Statistic): number | undefined {
  const { values, count, sum } = distribution;
  if (count === 0) return undefined;
  switch (statistic.kind) {
    case 'SampleCount':
      return count;
    case 'Sum':
      return sum;
    case 'Average':
      return sum / count;
    case 'Minimum':
      return values[0]![0];
    case 'Maximum':
      return values[values.length - 1]![0];
    case 'percentile':
      return values[0]![0] < 0 ? undefined : percentileOf(distribution, statistic.percent);
    default:
      // Percentile-like statistics do not exist for a period with a negative value.
      return values[0]![0] < 0 ? undefined : trimmedOf(distribution, statistic.kind, statistic.range);
  }
}

/** Nearest rank: the smallest value that at least `percent` of the values do not exceed. */
function percentileOf({ values, count }: Distribution, percent: number): number {
  const rank = (percent / 100) * count;
  let seen = 0;
  for (const [value, n] of values) {
    seen += n;
    if (seen >= rank - 1e-9) return value;
  }
  return values[values.length - 1]![0];
}

function trimmedOf(distribution: Distribution, kind: 'TC' | 'TM' | 'TS' | 'PR', range: Range): number | undefined {
  const inside = range.percent ? insidePercents(distribution, range) : insideValues(distribution, range);
  switch (kind) {
    case 'TC':
      return inside.count;
    case 'TS':
      return inside.sum;
    case 'PR':
      return (100 * inside.count) / distribution.count;
    case 'TM':
      return inside.count === 0 ? undefined : inside.sum / inside.count;
  }
}

function insideValues({ values }: Distribution, { from = -Infinity, to = Infinity }: Range) {
  let count = 0;
  let sum = 0;
  for (const [value, n] of values) {
    if (value <= from || value > to) continue;
    count += n;
    sum += value * n;
  }
  return { count, sum };
}

/** A value whose ranks lie across a bound counts in part, which is why a trimmed count may be fractional. */
function insidePercents({ values, count: total }: Distribution, { from = 0, to = 100 }: Range) {
  const [low, high] = [(from / 100) * total, (to / 100) * total];
  let seen = 0;
  let count = 0;
  let sum = 0;
  for (const [value, n] of values) {
    const part = Math.max(0, Math.min(seen + n, high) - Math.max(seen, low));
    seen += n;
    count += part;
    sum += value * part;
  }
  return { count, sum };
}
