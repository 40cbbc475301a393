/** Nats that it takes to decide: ln(1/0.01), and about 3 for the parts of gates and effect sizes. */
const NATS_TO_DECIDE = 8;
/** An effect that shows within so many minutes needs no large stake: it is found in the first minutes with a small one. */
const SOON_MINUTES = 4;
/** How fast the stake falls with the traffic that is lacking for smaller effects. */
const FALL = 3;
/** A stake below this share of the largest is not worth its arithmetic. */
const LEAST = 0.02;

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
 * With m the share of the bake that an effect needs, the stake is 1 for m from 4 minutes to the whole bake, falls as m^-3
 * for effects too small to be found, and with m for the large ones. Stakes that are next to nothing are 0.
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
    if (part > 1) return part ** -FALL;
    return part < soon ? part / soon : 1;
  });
  const most = Math.max(...wanted);
  // Nothing is within reach: the largest effect is nearest to it.
  if (!(most > 0)) return even;
  const kept = wanted.map((stake) => (stake < LEAST * most ? 0 : stake));
  const whole = kept.reduce((sum, stake) => sum + stake, 0);
  return kept.map((stake) => stake / whole);
}
