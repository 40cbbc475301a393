import type { Count, MinuteCounts } from '../statistics/counts';
import type { BaselineMinute, Evidence, SideCounts } from '../evidence';

type BlueCounts = BaselineMinute['blue'];

/** Reads one count off both sides of every minute. `countsAll` is false where some requests are not. */
export function pairMinutes(
  evidence: Evidence,
  events: (side: SideCounts) => number,
  requests: (side: SideCounts) => number,
  countsAll = true,
): MinuteCounts[] {
  return evidence.rows.map((minute) => ({
    blueEvents: events(minute.blue),
    blueRequests: requests(minute.blue),
    greenEvents: events(minute.green),
    greenRequests: requests(minute.green),
    weight: minute.weight,
    routed: evidence.oneAfterTheOther !== true && countsAll,
  }));
}

/** Reads one count off blue's own minutes before the canary. */
export const historyOf = (
  evidence: Evidence,
  events: (blue: BlueCounts) => number,
  requests: (blue: BlueCounts) => number,
): Count[] => evidence.baseline.map(({ blue }) => ({ events: events(blue), requests: requests(blue) }));
