import { logSumExp } from '../2-evidence/log-sum';
import type { Gate } from '../3-gates/gate';
import { GATE_NAMES, type GateName } from '../judgement';

/** Each gate's part of the whole bet: what goes wrong most often, and is worst, gets most. They are scaled to sum to 1. */
const PARTS: Readonly<Record<(typeof GATE_NAMES)[number], number>> = {
  errors: 0.5,
  latency: 0.34,
  predictions: 0.17,
  throttles: 0.02,
  accuracy: 0.3,
};
const CUSTOM_PART = 0.1;

const partOf = (gate: GateName): number => {
  const known = GATE_NAMES.find((name) => name === gate);
  return known ? PARTS[known] : CUSTOM_PART;
};

/** The gates' evidence as one, and each gate's part in it. */
export interface Combined {
  /** ln of the combined e-value after each minute. */
  readonly logEvidence: readonly number[];
  /** The gate with the largest part of the evidence after a minute: the one to blame. */
  readonly blame: (index: number) => Gate | undefined;
  /** The gate's part of the whole bet, 0 to 1; 0 for one that counts nothing. */
  readonly part: (gate: Gate) => number;
}

/**
 * The average of the gates' e-values, an e-value however they depend on each other (Vovk and Wang 2021), so by Ville's
 * inequality P(it ever reaches 1/alpha | green inside every tolerance) <= alpha. The parts go to the gates that can count
 * something, which is known before the canary, so that a gate without data takes no share of the evidence.
 */
export function combine(gates: readonly Gate[], length: number): Combined {
  const counting = gates.filter(({ counters }) => counters.length > 0);
  const whole = counting.reduce((sum, { gate }) => sum + partOf(gate), 0);
  const parted = (gate: Gate, index: number) => Math.log(partOf(gate.gate) / whole) + (gate.logEvidence[index] ?? 0);
  return {
    logEvidence: Array.from({ length }, (_, index) =>
      counting.length === 0 ? 0 : logSumExp(counting.map((gate) => parted(gate, index))),
    ),
    part: (gate) => (counting.includes(gate) ? partOf(gate.gate) / whole : 0),
    blame: (index) =>
      counting.reduce<Gate | undefined>(
        (most, gate) => (most === undefined || parted(gate, index) > parted(most, index) ? gate : most),
        undefined,
      ),
  };
}
