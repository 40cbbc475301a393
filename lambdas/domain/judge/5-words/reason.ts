import type { JudgedGate } from '../../gates/gate';
import { isNonInferior, proofOf, type Decision, type Rules } from '../4-verdict/decide';
import type { Evidence } from '../../evidence';
import { comparisonInWords, lackInWords } from './gate';
import { exceeds, lacks, some } from '../../numbers';

/** The decision as one sentence that a person can read: number, comparison, limit. */
export function reasonInWords(
  decision: Decision,
  gates: readonly JudgedGate[],
  evidence: Evidence,
  rules: Rules,
): string {
  const settled = evidence.rows.length;
  switch (decision.verdict) {
    case 'fail': {
      const numbers = comparisonInWords(decision.counter, evidence, decision.minute);
      const limit = exceeds(decision.logEvidence, rules.logLimit);
      return `${decision.gate.gate}: ${numbers}; ${limit}, in minute ${decision.minute}`;
    }
    case 'pass':
      return `no harm on ${gates.map((gate) => gate.gate).join(', ')}: ${proofs(gates, settled, rules)}, after ${some(settled, 'minute')}`;
    case 'continue':
    case 'inconclusive':
      return undecided(gates, settled, rules);
  }
}

function proofs(gates: readonly JudgedGate[], settled: number, rules: Rules): string {
  const least = Math.min(...gates.map((gate) => proofOf(gate, settled)));
  return `the least ${lacks(least, rules.logNonInferiorityLimit)}`;
}

function undecided(gates: readonly JudgedGate[], settled: number, rules: Rules): string {
  const when = `after ${settled} of ${some(rules.plannedMinutes, 'minute')}`;
  if (gates.length === 0) return `${when}, no gate is switched on that decides, so nothing can be proven`;
  if (settled === 0) return `${when}, nothing has been counted`;
  const lacking = gates.filter((gate) => !isNonInferior(gate, settled, rules));
  if (lacking.length > 0) return `${when}, ${lacking.map((gate) => lackInWords(gate, settled, rules)).join('; ')}`;
  return `${when}, every gate has its proof of no harm; a pass needs at least ${some(rules.minimumMinutes, 'minute')}`;
}
