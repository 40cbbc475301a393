/** Nats that it takes to decide: ln(1/0.01), and about 3 for the parts of gates and effect sizes. */
const NATS_TO_DECIDE = 8;
/** An effect that shows within so many minutes needs no large stake: it is found in the first minutes with a small one. */
const SOON_MINUTES = 6;
/** How fast the stake falls with the traffic that is lacking for smaller effects. */
const FALL = 3;
/** Traffic may turn out a hundred times what it was; until then small effects keep this share of a whole stake. */
const LEAST = 0.005;
const FAR_OUT_OF_REACH = 100;

/** The traffic that a bake is expected to give green. */
export interface Reach {
  /** From blue's traffic before the canary and the first weight; 0 when unknown. */
  readonly greenRequests: number;
  /** Planned minutes. */
  readonly minutes: number;
}

/**
 * Puts the money where it can matter: on effects that this traffic can show within the bake, and that are not so large that
 * they show in the first minutes anyway. Any fixed division is valid; it must only be known before the canary's events.
 *
 * With m the share of the bake that an effect needs, the stake is 1 for m from 6 minutes to the whole bake, falls as m^-3
 * for effects too small to be found, though not below a two hundredth while m is at most 100, and falls with m for the large
 * ones, which the next smaller ones find as well; there, what is next to nothing is 0 and saves its arithmetic.
 *
 * @param information nats per green request of each effect; 0 for one that cannot be told from the null
 * @returns shares that sum to 1; even ones when the traffic is unknown
 */
export function stakesByReach(information: readonly number[], reach: Reach): number[] {
  const even = information.map(() => 1 / information.length);
  if (!(reach.greenRequests > 0)) return even;
  const soon = Math.min(1, SOON_MINUTES / reach.minutes);
  const wanted = information.map((nats) => {
    const part = NATS_TO_DECIDE / (nats * reach.greenRequests);
    if (part > FAR_OUT_OF_REACH) return 0;
    if (part > 1) return Math.max(LEAST, part ** -FALL);
    return part >= soon ? 1 : part / soon < LEAST ? 0 : part / soon;
  });
  const whole = wanted.reduce((sum, stake) => sum + stake, 0);
  // Nothing can be found with so little traffic, or everything in a moment.
  return whole > 0 ? wanted.map((stake) => stake / whole) : even;
}
