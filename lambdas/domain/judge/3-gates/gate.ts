import type { LatencyThreshold } from '../evidence';
import type { GateName } from '../judgement';
import type { MinuteCounts } from '../2-evidence/counts';
import { logSumExp } from '../2-evidence/log-sum';
import { mixOverAlternatives, mixOverStartMinutes } from '../2-evidence/mixture';
import { twoArmScores, type TwoArmTest } from '../2-evidence/two-arm';

/** What a counter counts, for the sentences about it. */
export type Subject =
  | { readonly gate: 'errors' }
  | { readonly gate: 'latency'; readonly threshold: LatencyThreshold }
  | { readonly gate: 'predictions'; readonly className: string; readonly tolerancePoints: number };

/** One yes-or-no count of a gate, and the tests it is put to. */
export interface Counter {
  readonly subject: Subject;
  /** Its part of the gate's bet against the tolerance; the parts of a gate's counters sum to 1. */
  readonly part: number;
  readonly minutes: readonly MinuteCounts[];
  readonly tolerance: TwoArmTest;
  /**
   * The non-inferiority test, where the counter has one; its counts may be others (a later latency bound). It always uses
   * the realised share: minutes without green then prove nothing, where the alias weight would let blue's own steadiness
   * speak for a green that was never seen.
   */
  readonly harm?: { readonly minutes: readonly MinuteCounts[]; readonly test: TwoArmTest };
}

/** A counter with ln of its e-values after each minute. */
export interface JudgedCounter extends Counter {
  /** Against "green is inside the tolerance". */
  readonly logEvidence: readonly number[];
  /** Against "green is harmful", the highest so far; absent without a harm test. */
  readonly logNonInferiority?: readonly number[];
}

/** A gate that is switched on. Without counters it had nothing to count: never evidence, and never proof of health. */
export interface Gate {
  readonly gate: GateName;
  readonly counters: readonly JudgedCounter[];
  readonly logEvidence: readonly number[];
  readonly logNonInferiority: readonly number[];
}

/**
 * Averages the counters' e-values by their parts (valid however they depend on each other), and takes the smallest
 * non-inferiority: green must be proven harmless on every count, so no split of the miss rate is needed.
 *
 * @param length minutes so far
 * @param horizon minutes planned
 */
export function judgeGate(gate: GateName, counters: readonly Counter[], length: number, horizon: number): Gate {
  const judged = counters.map((counter): JudgedCounter => {
    const { harm } = counter;
    return {
      ...counter,
      logEvidence: mixOverStartMinutes(twoArmScores(counter.tolerance, counter.minutes), horizon),
      ...(harm && { logNonInferiority: highestSoFar(mixOverAlternatives(twoArmScores(harm.test, harm.minutes))) }),
    };
  });
  const parts = judged.map((counter) => Math.log(counter.part));
  const proofs = judged.flatMap((counter) => (counter.logNonInferiority ? [counter.logNonInferiority] : []));
  const perMinute = (value: (index: number) => number) => Array.from({ length }, (_, index) => value(index));
  return {
    gate,
    counters: judged,
    logEvidence: perMinute((index) =>
      judged.length === 0
        ? 0
        : logSumExp(judged.map((counter, k) => (parts[k] ?? 0) + (counter.logEvidence[index] ?? 0))),
    ),
    logNonInferiority: perMinute((index) =>
      proofs.length === 0 ? 0 : Math.min(...proofs.map((proof) => proof[index] ?? 0)),
    ),
  };
}

/** Proof once given stays given: Ville's inequality bounds the highest value ever reached, not only the present one. */
function highestSoFar(values: readonly number[]): number[] {
  let highest = 0;
  return values.map((value) => (highest = Math.max(highest, value)));
}
