import { deciding } from '../gates/gate';
import { judgeGates } from '../gates/gates';
import type { GateName } from '../gates/names';
import { drawCanary } from './draw-canary';
import { evidenceOfCanary } from './evidence-of-canary';
import { type PlanQuestion, simulated } from './question';
import type { Random } from './random';
import { AS_GOOD_AS_BLUE } from '../gates/scale';

/** The longest bake that is thought of: beyond four hours few people wait for a rollout. */
export const LONGEST_BAKE = 240;
/** Tried one after the other; most canaries need no long one. */
const BAKES = [15, 30, 60, 120, LONGEST_BAKE];

/** Per gate, the minute in which a green as good as blue has proof of no harm; undefined: not within the longest bake. */
export type ProofMinutes = readonly { readonly gate: GateName; readonly minute: number | undefined }[];

/**
 * How long a bake at one weight a good green needs, by the judge's own proofs. These need no horizon and never fall, so one
 * long canary tells the answer for every shorter one.
 */
export function proofsOf(question: PlanQuestion, weight: number): (seeded: () => Random) => ProofMinutes {
  const limit = Math.log(1 / question.judge.missRate);
  const settings = { ...question.judge, minimumMinutes: 0 };
  const bakes = BAKES.map((bakeMinutes) => simulated(question, [{ weight, bakeMinutes }], 0));
  return (seeded) => {
    let proofs: ProofMinutes = [];
    for (const what of bakes) {
      // The same stream begins with the same minutes.
      const canary = drawCanary(what, seeded());
      proofs = deciding(judgeGates(evidenceOfCanary(what, canary, AS_GOOD_AS_BLUE), settings)).map((one) => {
        const index = one.counters.length === 0 ? -1 : one.logNonInferiority.findIndex((proof) => proof >= limit);
        return { gate: one.gate, minute: index < 0 ? undefined : index + 1 };
      });
      if (proofs.every(({ minute }) => minute !== undefined)) break;
    }
    return proofs;
  };
}

/** The minute by which `part` of the canaries have proof on every gate but the ones left out. */
export function bakeForProof(
  canaries: readonly ProofMinutes[],
  part: number,
  without: readonly GateName[] = [],
): number | undefined {
  const needed = canaries
    .map((gates) =>
      Math.max(0, ...gates.filter(({ gate }) => !without.includes(gate)).map(({ minute }) => minute ?? Infinity)),
    )
    .sort((a, b) => a - b);
  const minute = needed[Math.ceil(part * needed.length) - 1] ?? Infinity;
  return Number.isFinite(minute) && minute > 0 ? minute : undefined;
}
