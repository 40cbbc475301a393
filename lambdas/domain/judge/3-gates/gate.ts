import { logSumExp } from '../2-evidence/log-sum';
import type { GateName } from '../judgement';
import type { JudgedCounter } from './counter';

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
 */
export function gateOf(gate: GateName, counters: readonly JudgedCounter[], length: number): Gate {
  const parts = counters.map((counter) => Math.log(counter.part));
  const proofs = counters.flatMap((counter) => (counter.logNonInferiority ? [counter.logNonInferiority] : []));
  const perMinute = (value: (index: number) => number) => Array.from({ length }, (_, index) => value(index));
  return {
    gate,
    counters,
    logEvidence: perMinute((index) =>
      counters.length === 0
        ? 0
        : logSumExp(counters.map((counter, k) => (parts[k] ?? 0) + (counter.logEvidence[index] ?? 0))),
    ),
    logNonInferiority: perMinute((index) =>
      proofs.length === 0 ? 0 : Math.min(...proofs.map((proof) => proof[index] ?? 0)),
    ),
  };
}
