import type { Gate } from '../judge/3-gates/gate';
import { judgeGates } from '../judge/3-gates/gates';
import { combine } from '../judge/4-verdict/combine';
import { decide, type Rules } from '../judge/4-verdict/decide';
import type { Evidence } from '../evidence';
import type { GateName, JudgeSettings } from '../judge/judgement';

/** How a canary ends, as far as the judge decides it. Minutes are counted ones, 1 for the first. */
export type CanaryOutcome =
  | { readonly ends: 'stopped'; readonly minute: number; readonly gate: GateName }
  | { readonly ends: 'passed'; readonly extended: boolean }
  | { readonly ends: 'inconclusive'; readonly gate: GateName | undefined };

/**
 * What all the looks of a rollout at this evidence decide: `fail` at whichever minute stands, `pass` counts at the end of the
 * bake, and at the end of the extension when that was needed. The judge's numbers of a minute do not depend on later
 * ones, so that its gates are computed once for all looks, and without the words; test/plan holds this to be what the
 * looks of `judge` say.
 */
export function outcomeOf(evidence: Evidence, gates: readonly Gate[], settings: JudgeSettings): CanaryOutcome {
  const all = evidence.rows.length;
  const planned = evidence.horizonMinutes;
  const rules: Rules = {
    logLimit: Math.log(1 / settings.falseAlarmRate),
    logNonInferiorityLimit: Math.log(1 / settings.missRate),
    minimumMinutes: settings.minimumMinutes,
    plannedMinutes: planned,
  };
  const combined = combine(gates, all);
  const bakeEnd = Math.min(planned, all);
  const inBake = { ...combined, logEvidence: combined.logEvidence.slice(0, bakeEnd) };
  const bake = decide(gates, inBake, bakeEnd, rules);
  if (bake.verdict === 'fail') return { ends: 'stopped', minute: bake.minute, gate: bake.gate.gate };
  if (bake.verdict === 'pass') return { ends: 'passed', extended: false };
  const end = decide(gates, combined, all, rules);
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
  known: readonly Gate[],
  only: GateName,
  evidence: Evidence,
  settings: JudgeSettings,
): readonly Gate[] {
  const fresh = judgeGates(evidence, { ...settings, gates: gatesLike(only, settings.gates) });
  return known.map((gate) => (gate.gate === only ? (fresh.find((one) => one.gate === only) ?? gate) : gate));
}

/** The user's own gates have their places among the counts, so that none can be left out. */
function gatesLike(name: GateName, { custom, ...gates }: JudgeSettings['gates']): JudgeSettings['gates'] {
  switch (name) {
    case 'errors':
    case 'latency':
    case 'predictions':
    case 'throttles':
      return { [name]: gates[name] };
    default:
      return custom === undefined ? {} : { custom };
  }
}
