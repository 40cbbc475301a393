import { deciding } from '../gates/gate';
import { gatesOf, judgeGates, type JudgeSettings } from '../gates/gates';
import { combine } from './4-verdict/combine';
import { decide, type Decision, type Rules } from './4-verdict/decide';
import { checkRouting } from './4-verdict/routing';
import { gateInWords } from './5-words/gate';
import { reasonInWords } from './5-words/reason';
import type { Evidence } from '../evidence';
import type { GateName } from '../gates/names';
import type { Judgement, NotJudged } from './judgement';

/**
 * Is green as good as blue, as far as the counts can tell? Pure and deterministic; recomputed from the whole canary at
 * every look, so it keeps nothing between looks and a late correction of a minute is simply judged again.
 *
 * It may be looked at every minute: P(ever `fail` | green inside every tolerance, requests independent) <=
 * `settings.falseAlarmRate`, and P(ever `pass` | some gate harmful throughout) <= `settings.missRate`.
 * See docs/explanation/statistics.md for the derivation and for what is not promised.
 *
 * A `fail` of any earlier minute stands, with that minute's gate and numbers in the reason. Missing evidence is never
 * healthy: without minutes, traffic or something to count the verdict is `continue`, then `inconclusive`.
 *
 * @param evidence counts per settled minute, and blue's own before the canary; they can be true, see `soundEvidence`
 * @param settings error rates, the minimum before `pass`, and the gates that are on
 */
export function judge(evidence: Evidence, settings: JudgeSettings): Judgement {
  const settled = evidence.rows.length;
  const judged = new Set(evidence.rows.map(({ minute }) => minute));
  const held = (evidence.held ?? []).filter(({ minute }) => judged.has(minute)).length;
  const rules: Rules = {
    logLimit: Math.log(1 / settings.falseAlarmRate),
    logNonInferiorityLimit: Math.log(1 / settings.missRate),
    // A held minute counts for neither end of the bake.
    minimumMinutes: settings.minimumMinutes + held,
    plannedMinutes: evidence.horizonMinutes + held,
  };
  const all = judgeGates(evidence, settings);
  const gates = deciding(all);
  const combined = combine(gates, settled);
  const decision = decide(gates, combined, settled, rules);
  const blamed = blamedBy(decision);
  const without = notJudged(evidence, settings);
  const routing = evidence.oneAfterTheOther ? undefined : checkRouting(evidence.rows);
  return {
    verdict: decision.verdict,
    ...(blamed && { gate: blamed }),
    reason: reasonInWords(decision, gates, evidence, rules),
    logEvidence: combined.logEvidence,
    logLimit: rules.logLimit,
    logNonInferiorityLimit: rules.logNonInferiorityLimit,
    settledMinutes: settled,
    plannedMinutes: evidence.horizonMinutes,
    blueRequests: requestsOf(evidence, 'blue'),
    greenRequests: requestsOf(evidence, 'green'),
    ...(decision.verdict === 'fail' && { decidedAtMinute: decision.minute }),
    leftOut: evidence.leftOut ?? [],
    ...(routing && { routing }),
    ...(evidence.expectedShift && { expectedShift: evidence.expectedShift }),
    gates: all.map((gate) =>
      gate.of.mode === 'enforce'
        ? gateInWords(gate, combined, evidence, rules)
        : gateInWords(gate, combine([...gates, gate], settled), evidence, rules),
    ),
    ...(without.length > 0 && { notJudged: without }),
  };
}

/** The gates that are on and were left out before the canary, and why. */
const notJudged = (evidence: Evidence, { gates }: JudgeSettings): readonly NotJudged[] =>
  gatesOf(gates).flatMap(({ name, notJudged: whyNot }) => {
    const why = whyNot?.(evidence);
    return why === undefined ? [] : [{ gate: name, why }];
  });

function blamedBy(decision: Decision): GateName | undefined {
  switch (decision.verdict) {
    case 'fail':
    case 'inconclusive':
      return decision.gate?.gate;
    case 'pass':
    case 'continue':
      return undefined;
  }
}

const requestsOf = (evidence: Evidence, side: 'blue' | 'green'): number =>
  evidence.rows.reduce((sum, minute) => sum + minute[side].invocations, 0);
