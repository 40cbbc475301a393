/** How far green may be from blue: tolerated if rate_green <= ratio * rate_blue + points; harmful likewise. */
export interface Margin {
  /** Factor on blue's rate, above 0; below 1 where what a rare class does not get is counted. */
  readonly ratio: number;
  /** Absolute share of requests, 0 to 1 (0.005 is half a percentage point). */
  readonly points: number;
}

/** A yes-or-no count. */
export interface Count {
  readonly events: number;
  readonly requests: number;
}

/** One minute of a yes-or-no count on both sides: what every test here reads. */
export interface MinuteCounts {
  readonly blueEvents: number;
  readonly blueRequests: number;
  readonly greenEvents: number;
  readonly greenRequests: number;
  /** The alias weight of green in this minute as a share, 0 to 1: the chance that a request is routed to green. */
  readonly weight: number;
  /**
   * False where the weight is not the chance that a counted request is green's: some are not counted, or none was
   * routed.
   */
  readonly routed?: boolean;
}

/** Sum of counts. */
export const totalOf = (counts: readonly Count[]): Count => ({
  events: counts.reduce((sum, { events }) => sum + events, 0),
  requests: counts.reduce((sum, { requests }) => sum + requests, 0),
});

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
