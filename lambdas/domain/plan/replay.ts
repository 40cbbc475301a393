import { MINUTE_MS } from '../minutes';

/** What a replay before any traffic would take, and the canary that is left after its proof. */
export interface PlannedReplay {
  /** Requests that prove a good green, if none of them fails. */
  readonly pairs: number;
  readonly minutes: number;
  /** Minutes at 50 % until disasters are excluded; null beyond two hours. */
  readonly liveMinutes: number | null;
}

/** What a good green's proof costs above ln(1/missRate), by the mixture of its stakes. */
const ABOVE_THE_LIMIT = 0.5;
const LARGEST_STAKE = 0.95;
/** Both versions answer, eight requests at once, and each call has its way there and back. */
const AT_ONCE = 8;
const WAY_MS = 20;
/** Green's requests that exclude disasters in 98 of 100 canaries: 15 minutes of half of 30 a minute. */
const GREEN_REQUESTS = 225;
const LEAST_MINUTES = 5;
const MOST_MINUTES = 120;

/** Without a failure each pair multiplies the evidence by 1 + .95 d, so that N = (ln(1/missRate) + .5) / (.95 d): 736 at half a point. */
export const plannedPairs = (harmPoints: number, missRate: number): number =>
  Math.ceil((Math.log(1 / missRate) + ABOVE_THE_LIMIT) / (LARGEST_STAKE * Math.max(harmPoints, SMALLEST_HARM)));
/** With no harm at all in sight nothing could be proven. */
const SMALLEST_HARM = 0.0001;

export function plannedReplay(
  harmPoints: number,
  missRate: number,
  { requestsPerMinute, medianMs }: { readonly requestsPerMinute: number; readonly medianMs: number | null },
): PlannedReplay {
  const pairs = plannedPairs(harmPoints, missRate);
  const live = Math.max(LEAST_MINUTES, Math.ceil((2 * GREEN_REQUESTS) / requestsPerMinute));
  return {
    pairs,
    minutes: Math.max(1, Math.ceil((2 * pairs * ((medianMs ?? 0) + WAY_MS)) / AT_ONCE / MINUTE_MS)),
    liveMinutes: live > MOST_MINUTES ? null : live,
  };
}
