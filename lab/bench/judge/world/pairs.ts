import type { Pair, PairedSide } from '../../../../lambdas/domain/judge/paired/pair';
import { seeded } from '../../../../simulator/draws';

/** How green differs from blue, on the same requests. */
export interface PairedWorld {
  /** Share of requests that blue fails, and how many more green does. @default 0.5 %, none */
  readonly failing?: number;
  readonly failingMore?: number;
  /** Green's time is blue's by this factor; or that of some requests alone. @default 1 */
  readonly slower?: number;
  readonly slowTail?: { readonly share: number; readonly factor: number };
  /** Share of answers that go from class 0 to class 1. @default none */
  readonly moved?: number;
  /** @default 50/30/15/5 */
  readonly shares?: readonly number[];
}

/** 80 % of failures and half of the variance of durations belong to the request; the rest is each version's own. */
export function pairsOf(world: PairedWorld, seed: number, count = 3000): Pair[] {
  const { failing = 0.005, failingMore = 0, slower = 1, slowTail, moved = 0, shares = [0.5, 0.3, 0.15, 0.05] } = world;
  const { uniform, normal } = seeded(seed + 1, 77);
  const draw = (): Pair => {
    const hard = uniform() < 0.8 * failing;
    const size = normal();
    const answer = classOf(uniform(), shares);
    const side = (isGreen: boolean): PairedSide => {
      const rate = 0.2 * failing + (isGreen ? failingMore : 0);
      if (hard || uniform() < rate) return { failed: 1 };
      const own = 80 * Math.exp(0.5 * (Math.SQRT1_2 * size + Math.SQRT1_2 * normal()));
      const tail = isGreen && slowTail !== undefined && uniform() < slowTail.share ? slowTail.factor : 1;
      const noisy = uniform() < 0.01 ? classOf(uniform(), shares) : answer;
      const given = isGreen && noisy === 0 && uniform() < moved / (shares[0] ?? 1) ? 1 : noisy;
      return { failed: 0, ms: own * (isGreen ? slower : 1) * tail, classes: [given] };
    };
    return { request: '', blue: side(false), green: side(true) };
  };
  return Array.from({ length: count }, draw);
}

function classOf(at: number, shares: readonly number[]): number {
  let sum = 0;
  const found = shares.findIndex((share) => at < (sum += share));
  return found < 0 ? shares.length - 1 : found;
}
