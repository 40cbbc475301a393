import type { MinuteCounts } from './counts';
import type { OwnNoise } from './own-noise';

/**
 * Where nothing is known of a version's noise, its log odds are believed to wander by a tenth: half of 0.1^2 on each
 * side.
 */
const USUAL_NOISE: OwnNoise = { clustering: 1, wander: 0.005 };
/** Minutes' worth of belief in that guess, and in what blue's own minutes told. */
const BELIEF_IN_USUAL = 4;
const BELIEF_IN_OWN = 6;
/** One minute's squared surprise counts at most this many times its expectation. */
const CAP = 100;

/**
 * Overdispersion guard: how much of a minute's evidence may be believed.
 *
 * The test's sum is right for independent requests. Versions wander by themselves (a slow host, failures that come in
 * clusters), and then counts scatter more than independent requests would, by a factor phi. The guard starts from what
 * blue's own minutes told (or from the usual noise), learns from the canary's earlier minutes, and returns 1 / phi, phi
 * >= 1. A likelihood ratio to the power f <= 1 keeps its expectation of at most 1 (Jensen), and f is known before the
 * minute's events are, so the error rate stays exact; only speed is paid. To spare quiet versions that price, one
 * standard error of what the canary told is not believed where blue's own minutes are known.
 *
 * @param blueRates the predicted rates of `predictedBlueRates`
 * @param greenShares the share of green that the test uses in each minute
 * @param own how blue scattered by itself, as known before each minute; undefined where it is not known
 * @returns one factor per minute, above 0 and at most 1
 */
export function believableShares(
  minutes: readonly MinuteCounts[],
  blueRates: readonly number[],
  greenShares: readonly number[],
  own: readonly (OwnNoise | undefined)[] = [],
): number[] {
  let surprise = 0;
  let expected = 0;
  let counted = 0;
  let blueEvents = 0;
  let blueRequests = 0;
  let greenEvents = 0;
  let greenRequests = 0;
  return minutes.map((minute, index) => {
    const known = own[index];
    const { clustering, wander } = known ?? USUAL_NOISE;
    const belief = known ? BELIEF_IN_OWN : BELIEF_IN_USUAL;
    const rate = blueRates[index] ?? 0;
    const share = greenShares[index] ?? 0;
    const requests = minute.blueRequests + minute.greenRequests;
    // Both versions wander, so that their difference does twice.
    const guess = clustering + 2 * wander * requests * share * (1 - share) * rate * (1 - rate);
    const weight = expected > 0 ? 1 / (1 / counted + 1 / (2 * expected)) : 0;
    const seen = expected > 0 ? surprise / expected : 0;
    const learned = (belief * guess + weight * seen) / (belief + weight);
    const spared = known ? learned - (weight * Math.sqrt(2 / (belief + weight))) / (belief + weight) : learned;
    // Groups that have all been blue's so far look like none: green, with a tenth of them, has its first at any time.
    const phi = Math.max(clustering, spared);

    blueEvents += minute.blueEvents;
    blueRequests += minute.blueRequests;
    greenEvents += minute.greenEvents;
    greenRequests += minute.greenRequests;
    const events = minute.blueEvents + minute.greenEvents;
    const ratio = (greenEvents + 0.5) / (greenRequests + 1) / ((blueEvents + 0.5) / (blueRequests + 1));
    const q = (ratio * minute.greenRequests) / (ratio * minute.greenRequests + minute.blueRequests);
    const variance = requests > 0 ? events * q * (1 - q) * (1 - events / requests) : 0;
    if (variance > 0) {
      surprise += Math.min((minute.greenEvents - q * events) ** 2, CAP * variance);
      expected += variance;
      counted += 1;
    }
    return 1 / phi;
  });
}
