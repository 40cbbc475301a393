import type { EndpointSettingsInput } from '../../lambdas/contract/endpoint-settings';

/** Real milliseconds that one minute of the world takes. */
export const MINUTE_TAKES_MS = 1_000;
/**
 * The same while green is verified. A faster clock makes no model answer faster: 186 golden rows at 15 ms each are 3 s,
 * and on a loaded machine several times that, while the step's limit of 10 minutes would pass in 10 s.
 */
export const MINUTE_OF_VERIFICATION_TAKES_MS = 10_000;

/**
 * Users, all together. 600 a second is half of what two cores hold with everything else; a slower machine drops what is
 * beyond 64 requests at once, and the canary then bakes longer until its evidence suffices.
 */
export const REQUESTS_PER_SECOND = 600;
export const MOST_OUTSTANDING = 64;

/** Blue serves alone for so many minutes before the first canary: its own numbers are what green is held to. */
export const BASELINE_MINUTES = 4;

export const TEARDOWN_EVERY_MINUTES = 2;

export const GOLDEN_KEY = 'golden/digits.json';

/**
 * What a canary can tell grows with N * w * (1 - w): at 25 and 50 % a request tells 2 and 2.8 times as much as at 10 %.
 * The first step ends with its first look (one minute, and two until it has settled, all three counted): a model that
 * is clearly bad goes no further. To prove a good one takes the most: no class may have grown by 5 points. With about
 * 3 * 600 * 0.1875 + 8 * 600 * 0.25 = 1,500 effective requests and a share p = 0.1 that is
 * 1,500 * 0.05^2 / (2 * 0.1 * 0.9) = 21 nats on average, where ln 20 = 3 are needed for each of eleven classes.
 */
export const demoEndpoint: EndpointSettingsInput = {
  name: 'digits',
  strategy: {
    steps: [
      { weight: 25, bakeMinutes: 2 },
      { weight: 50, bakeMinutes: 8 },
    ],
  },
  watchMinutes: 1,
  goldenSet: { key: GOLDEN_KEY, minAccuracy: 0.9 },
  onInsufficientEvidence: { extendMinutes: 15, then: 'abort' },
  // The rollback at the end skips its canary, because its target was live within these four hours.
  rollbackWindowMinutes: 240,
  keepVersions: 2,
};

/** Of other kinds of models: what their labels show needs no users. */
export const endpointOfKind = (name: string): EndpointSettingsInput => ({
  name,
  goldenSet: { key: goldenKeyOf(name) },
  watchMinutes: 1,
  watchUntilMinutes: 0,
});
export const goldenKeyOf = (name: string): string => `golden/${name}.json`;

/** Requests of a day, both versions answer them before green has users. */
export const SAMPLES_KEY = 'samples/quiet.jsonl';
export const SAMPLES = 1_500;
export const QUIET_REQUESTS_PER_MINUTE = 20;
/** Blue serves alone for so long: 300 requests, which set the times that its answers are held to. */
export const QUIET_BASELINE_MINUTES = 15;

/**
 * At 20 requests a minute no canary proves anything in a demo's time: pairs do. Labels vouch for answers that differ.
 */
export const quietEndpoint: EndpointSettingsInput = {
  name: 'quiet',
  replay: { samples: SAMPLES_KEY },
  watchMinutes: 1,
  watchUntilMinutes: 0,
};
