import { type AtRest, runAtRest } from './at-rest';
import { type Rollouts, runRollouts } from './rollouts';

/** How much is simulated. */
export interface Sizes {
  /** Endpoints that serve and roll out nothing. */
  readonly atRest: readonly number[];
  readonly good: readonly number[];
  /** Rollouts that turn bad in one minute. */
  readonly bad: readonly number[];
  /** The same, and UpdateAlias fails for twenty minutes from then on. */
  readonly outage: readonly number[];
}

export const FULL: Sizes = { atRest: [1, 100, 1_000], good: [20, 100, 400], bad: [20, 100, 400], outage: [100] };
export const QUICK: Sizes = { atRest: [1, 60], good: [20], bad: [30], outage: [20] };

export interface MeasuredScale {
  readonly atRest: readonly AtRest[];
  readonly rollouts: readonly Rollouts[];
}

/** @param done told what was simulated, as it is */
export async function measureScale(
  { atRest, good, bad, outage }: Sizes,
  seed: number,
  done: (what: string) => void = () => undefined,
): Promise<MeasuredScale> {
  const rested: AtRest[] = [];
  for (const endpoints of atRest) {
    rested.push(await runAtRest(endpoints, seed));
    done(`${endpoints} endpoints at rest`);
  }
  const rolledOut: Rollouts[] = [];
  for (const [kind, sizes] of Object.entries({ good, bad, outage }) as readonly [Rollouts['kind'], readonly number[]][])
    for (const atOnce of sizes) {
      rolledOut.push(await runRollouts({ kind, atOnce, seed }));
      done(`${atOnce} rollouts at once, ${kind}`);
    }
  return { atRest: rested, rollouts: rolledOut };
}
