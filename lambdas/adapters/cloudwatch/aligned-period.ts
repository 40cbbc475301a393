import type { Range } from './series-query';

const MINUTE_MS = 60_000;
/** CloudWatch's longest period. */
const DAY_MINUTES = 24 * 60;

/**
 * The longest single period inside a stretch that begins at a multiple of itself, at least half of the stretch.
 * CloudWatch cuts time into periods at such multiples; a period that is not aligned would be answered in two pieces, and
 * each might hold data from outside the stretch. Durations of the canary itself must not fix its own thresholds.
 * Undefined when the stretch has no whole minute.
 */
export function alignedPeriod(fromMs: number, untilMs: number): Range | undefined {
  const most = Math.min(Math.floor((untilMs - fromMs) / MINUTE_MS), DAY_MINUTES);
  for (let minutes = most; minutes >= 1; minutes -= 1) {
    const periodMs = minutes * MINUTE_MS;
    const start = Math.ceil(fromMs / periodMs) * periodMs;
    if (start + periodMs <= untilMs) {
      return { fromMs: start, untilMs: start + periodMs, periodSeconds: minutes * 60 };
    }
  }
  return undefined;
}
