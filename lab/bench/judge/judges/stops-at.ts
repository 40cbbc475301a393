import type { Judge } from '../rivals/judge';
import type { Canary } from '../simulate/canary';

/**
 * Turns evidence into judges: each stops in the first minute in which it reaches ln(1 / its false alarm rate). Judges that
 * differ in their limit alone share the evidence.
 * @param logEvidenceOf ln of the e-value after each minute of a canary
 */
export function stopsAt(
  logEvidenceOf: (canary: Canary) => readonly number[],
): (falseAlarmRate: number) => Judge['stopMinute'] {
  const known = new WeakMap<Canary, readonly number[]>();
  return (falseAlarmRate) => (canary) => {
    const logEvidence = known.get(canary) ?? logEvidenceOf(canary);
    known.set(canary, logEvidence);
    const index = logEvidence.findIndex((value) => value >= Math.log(1 / falseAlarmRate));
    return index < 0 ? undefined : index + 1;
  };
}
