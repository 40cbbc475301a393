import type { Count } from '../statistics/counts';
import type { Reach } from '../statistics/stakes';
import type { Evidence } from '../evidence';

/** The requests that green can expect within the bake: blue's rate before the canary, the first weight, the planned minutes. */
export function reachOf(evidence: Evidence, history: readonly Count[]): Reach {
  const perMinute = history.reduce((sum, { requests }) => sum + requests, 0) / Math.max(1, history.length);
  const weight = evidence.rows[0]?.weight ?? 0;
  return { greenRequests: perMinute * weight * evidence.horizonMinutes, minutes: evidence.horizonMinutes };
}
