import { type JudgeSettings, judgeGates } from '../../gates/gates';
import type { Evidence } from '../../evidence';
import type { GateName } from '../../gates/names';

export interface GateProof {
  readonly gate: GateName;
  /** ln of the gate's smallest e-value against "green is harmful", after each minute; `pass` needs ln(1/missRate). */
  readonly logNonInferiority: readonly number[];
}

/** For reports: how the proof of no harm grew, minute by minute. A judgement says only how far it has come. */
export function proofs(evidence: Evidence, settings: JudgeSettings): GateProof[] {
  return judgeGates(evidence, settings).map(({ gate, logNonInferiority }) => ({ gate, logNonInferiority }));
}
