import type { Count, MinuteCounts } from './counts';

/** What is kept of the past each minute: half of a minute's influence is gone after 14 minutes. */
export const KEPT_PER_MINUTE = 0.95;

/** A busy blue must not enter with so much history that a change during the canary is learned too slowly. */
export const LARGEST_PRIOR = 20_000;

/**
 * Blue's rate as it could be guessed before each minute, from blue's history and the earlier minutes alone.
 * A wrong guess makes the test slower, never wrong: the null leaves blue's true rate free in every minute.
 *
 * @returns one rate per minute, strictly between 0 and 1
 */
export function predictedBlueRates(prior: Count, minutes: readonly MinuteCounts[]): number[] {
  const scale = prior.requests > LARGEST_PRIOR ? LARGEST_PRIOR / prior.requests : 1;
  let events = prior.events * scale;
  let requests = prior.requests * scale;
  return minutes.map((minute) => {
    const rate = (events + 0.5) / (requests + 1);
    events = KEPT_PER_MINUTE * events + minute.blueEvents;
    requests = KEPT_PER_MINUTE * requests + minute.blueRequests;
    return rate;
  });
}
