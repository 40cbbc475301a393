import type { MinuteCounts } from './counts';

/** Minutes' worth of belief in the prior guess of the noise. */
const PRIOR_MINUTES = 4;
/** The guess: a version's log odds wander by a tenth from minute to minute. */
const PRIOR_WANDER = 0.1;
/** One minute's squared surprise counts at most this many times its expectation. */
const CAP = 100;

/**
 * Overdispersion guard: how much of a minute's evidence may be believed.
 *
 * The test's sum is right for independent requests. Versions wander by themselves (a slow host, failures that come in
 * clusters), and then counts scatter more than independent requests would. The guard learns from earlier minutes by which
 * factor phi they do, and returns f = 1 / max(1, phi). A likelihood ratio to the power f <= 1 keeps its expectation of at
 * most 1 (Jensen), and f is known before the minute's events are, so the error rate stays exact; only speed is paid.
 *
 * @param blueRates the predicted rates of `predictedBlueRates`
 * @param greenShares the share of green that the test uses in each minute
 * @returns one factor per minute, above 0 and at most 1
 */
export function believableShares(
  minutes: readonly MinuteCounts[],
  blueRates: readonly number[],
  greenShares: readonly number[],
): number[] {
  let surprise = 0;
  let expected = 0;
  let counted = 0;
  let blue = { events: 0, requests: 0 };
  let green = { events: 0, requests: 0 };
  return minutes.map((minute, index) => {
    const rate = blueRates[index] ?? 0;
    const share = greenShares[index] ?? 0;
    const requests = minute.blueRequests + minute.greenRequests;
    const guess = 1 + requests * share * (1 - share) * rate * (1 - rate) * PRIOR_WANDER ** 2;
    const weight = expected > 0 ? 1 / (1 / counted + 1 / (2 * expected)) : 0;
    const seen = expected > 0 ? surprise / expected : 0;
    const phi = (PRIOR_MINUTES * guess + weight * seen) / (PRIOR_MINUTES + weight);

    blue = { events: blue.events + minute.blueEvents, requests: blue.requests + minute.blueRequests };
    green = { events: green.events + minute.greenEvents, requests: green.requests + minute.greenRequests };
    const events = minute.blueEvents + minute.greenEvents;
    const ratio = (green.events + 0.5) / (green.requests + 1) / ((blue.events + 0.5) / (blue.requests + 1));
    const q = (ratio * minute.greenRequests) / (ratio * minute.greenRequests + minute.blueRequests);
    const variance = requests > 0 ? events * q * (1 - q) * (1 - events / requests) : 0;
    if (variance > 0) {
      surprise += Math.min((minute.greenEvents - q * events) ** 2, CAP * variance);
      expected += variance;
      counted += 1;
    }
    return 1 / Math.max(1, phi);
  });
}
