import type { Range } from './series-query';

const MINUTE_MS = 60_000;
/** CloudWatch's longest period. */
const DAY_MINUTES = 24 * 60;

/**
 * The single period inside a stretch that begins at a multiple of itself and holds the most samples; of equals the longest.
 * CloudWatch cuts time into periods at such multiples; a period that is not aligned would be answered in two pieces, and
 * each might hold data from outside the stretch. Durations of the canary itself must not fix its own thresholds.
 * `samplesAt` gives the samples of the minute that begins then. Undefined when the stretch has no whole minute.
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
