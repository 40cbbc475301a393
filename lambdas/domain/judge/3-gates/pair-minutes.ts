import type { MinuteCounts } from '../2-evidence/counts';
import type { Evidence, SideCounts } from '../evidence';

/** Reads one count off both sides of every minute. */
export function pairMinutes(
  evidence: Evidence,
  events: (side: SideCounts) => number,
  requests: (side: SideCounts) => number,
): MinuteCounts[] {
  return evidence.minutes.map((minute) => ({
    blueEvents: events(minute.blue),
    blueRequests: requests(minute.blue),
    greenEvents: events(minute.green),
    greenRequests: requests(minute.green),
    weight: minute.weight / 100,
  }));
}
