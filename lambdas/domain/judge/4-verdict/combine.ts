import { logSumExp } from '../../statistics/log-sum';
import type { JudgedGate } from '../../gates/gate';

/** The gates' evidence as one, and each gate's part in it. */
export interface Combined {
  /** ln of the combined e-value after each minute. */
  readonly logEvidence: readonly number[];
  /** The gate with the largest part of the evidence after a minute: the one to blame. */
  readonly blame: (index: number) => JudgedGate | undefined;
  /** ln of the gate's own part of the combined e-value after a minute. */
  readonly parted: (gate: JudgedGate, index: number) => number;
  /** The gate's part of the whole bet, 0 to 1; 0 for one that counts nothing. */
  readonly part: (gate: JudgedGate) => number;
}

/**
 * The average of the gates' e-values, an e-value however they depend on each other (Vovk and Wang 2021), so by Ville's
 * inequality P(it ever reaches 1/alpha | green inside every tolerance) <= alpha. The parts go to the gates that can count
 * something, which is known before the canary, so that a gate without data takes no share of the evidence.
 */
export function combine(gates: readonly JudgedGate[], length: number): Combined {
  const counting = gates.filter(({ counters }) => counters.length > 0);
  const whole = counting.reduce((sum, { of }) => sum + of.part, 0);
  const parted = (gate: JudgedGate, index: number) => Math.log(gate.of.part / whole) + (gate.logEvidence[index] ?? 0);
  return {
    logEvidence: Array.from({ length }, (_, index) =>
      counting.length === 0 ? 0 : logSumExp(counting.map((gate) => parted(gate, index))),
    ),
    parted,
    part: (gate) => (counting.includes(gate) ? gate.of.part / whole : 0),
    blame: (index) =>
      counting.reduce<JudgedGate | undefined>(
        (most, gate) => (most === undefined || parted(gate, index) > parted(most, index) ? gate : most),
        undefined,
      ),
  };
}
