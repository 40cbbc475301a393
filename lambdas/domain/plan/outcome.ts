import { deciding, type JudgedGate, judgedGate } from '../gates/gate';
import { type JudgeSettings, gatesOf } from '../gates/gates';
import { combine } from '../judge/4-verdict/combine';
import { decide, type Rules } from '../judge/4-verdict/decide';
import type { Evidence } from '../evidence';
import type { GateName } from '../gates/names';

/** How a canary ends, as far as the judge decides it. Minutes are counted ones, 1 for the first. */
export type CanaryOutcome =
  | { readonly ends: 'stopped'; readonly minute: number; readonly gate: GateName }
  | { readonly ends: 'passed'; readonly extended: boolean }
  | { readonly ends: 'inconclusive'; readonly gate: GateName | undefined };

/**
 * What all the looks of a rollout at this evidence decide: `fail` at whichever minute stands, `pass` counts at the end of the
 * bake, and at the end of the extension when that was needed. The judge's numbers of a minute do not depend on later
 * ones, so that its gates are computed once for all looks, and without the words; test/cli/plan holds this to be what the
 * looks of `judge` say.
 */
export function outcomeOf(evidence: Evidence, all: readonly JudgedGate[], settings: JudgeSettings): CanaryOutcome {
  const gates = deciding(all);
  const length = evidence.rows.length;
  const planned = evidence.horizonMinutes;
  const rules: Rules = {
    logLimit: Math.log(1 / settings.falseAlarmRate),
    logNonInferiorityLimit: Math.log(1 / settings.missRate),
    minimumMinutes: settings.minimumMinutes,
    plannedMinutes: planned,
  };
  const combined = combine(gates, length);
  const bakeEnd = Math.min(planned, length);
  const inBake = { ...combined, logEvidence: combined.logEvidence.slice(0, bakeEnd) };
  const bake = decide(gates, inBake, bakeEnd, rules);
  if (bake.verdict === 'fail') return { ends: 'stopped', minute: bake.minute, gate: bake.gate.gate };
  if (bake.verdict === 'pass') return { ends: 'passed', extended: false };
  const end = decide(gates, combined, length, rules);
  switch (end.verdict) {
    case 'fail':
      return { ends: 'stopped', minute: end.minute, gate: end.gate.gate };
    case 'pass':
      return { ends: 'passed', extended: true };
    case 'continue':
      return { ends: 'inconclusive', gate: undefined };
    case 'inconclusive':
      return { ends: 'inconclusive', gate: end.gate?.gate };
  }
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
