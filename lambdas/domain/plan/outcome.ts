import { deciding, type JudgedGate, judgedGate } from '../gates/gate';
import { type JudgeSettings, gatesOf } from '../gates/gates';
import { combine } from '../judge/4-verdict/combine';
import { decide, isNonInferior, type Rules } from '../judge/4-verdict/decide';
import type { Evidence } from '../evidence';
import type { GateName } from '../gates/names';

/** How a canary ends, as far as the judge decides it. Minutes are counted ones, 1 for the first. */
export type CanaryOutcome =
  | { readonly ends: 'stopped'; readonly minute: number; readonly gate: GateName }
  | { readonly ends: 'passed'; readonly minute: number; readonly extended: boolean }
  | { readonly ends: 'inconclusive'; readonly gate: GateName | undefined };

/**
 * What all the looks of a rollout at this evidence decide: `fail` at whichever minute stands, `pass` counts at the end of the
 * bake, of a canary that ends on proof from its minimum on, and at every look of an extension. The judge's numbers of a
 * minute do not depend on later ones, so that its gates are computed once for all looks, and without the words;
 * test/cli/plan holds this to be what the looks of `judge` say.
 */
export function outcomeOf(
  evidence: Evidence,
  all: readonly JudgedGate[],
  settings: JudgeSettings,
  endsOnProof = false,
): CanaryOutcome {
  const gates = deciding(all);
  const length = evidence.rows.length;
  const rules: Rules = {
    logLimit: Math.log(1 / settings.falseAlarmRate),
    logNonInferiorityLimit: Math.log(1 / settings.missRate),
    minimumMinutes: settings.minimumMinutes,
    plannedMinutes: evidence.horizonMinutes,
  };
  const combined = combine(gates, length);
  const bakeEnd = Math.min(evidence.horizonMinutes, length);
  for (let minute = endsOnProof ? Math.min(settings.minimumMinutes, bakeEnd) : bakeEnd; minute <= length; minute++) {
    if (!gates.every((gate) => isNonInferior(gate, minute, rules)) && minute < length) continue;
    const seen = { ...combined, logEvidence: combined.logEvidence.slice(0, minute) };
    const look = decide(gates, seen, minute, rules);
    switch (look.verdict) {
      case 'fail':
        return { ends: 'stopped', minute: look.minute, gate: look.gate.gate };
      case 'pass':
        return { ends: 'passed', minute, extended: minute > bakeEnd };
      case 'inconclusive':
        if (minute === length) return { ends: 'inconclusive', gate: look.gate?.gate };
        break;
      case 'continue':
        break;
    }
  }
  return { ends: 'inconclusive', gate: undefined };
}

/** The gates with one of them judged afresh: a regression that the others do not count leaves them as they were. */
export function gatesWith(
  known: readonly JudgedGate[],
  only: GateName,
  evidence: Evidence,
  settings: JudgeSettings,
): readonly JudgedGate[] {
  const fresh = gatesOf(settings.gates).find(({ name }) => name === only);
  return known.map((gate) => (gate.gate === only && fresh ? judgedGate(fresh, evidence) : gate));
}
