import LANCZOS_G from '@stdlib/constants-float64-gamma-lanczos-g';
import lanczosSum from '@stdlib/math-base-special-gamma-lanczos-sum-expg-scaled';
import type { Evidence, EvidenceMinute } from '../evidence';
import { deciding, type JudgedGate } from '../gates/gate';
import { gatesOf, judgeGates, type JudgeSettings } from '../gates/gates';
import type { GateName } from '../gates/names';
import { worse, lacks, some } from '../numbers';
import { combine, decide, type Verdicts, type Rules, isNonInferior, proofOf } from './verdict';
import { gateInWords, comparisonInWords, lackInWords, notExcluded } from './in-words';
import type { Judgement, NotJudged, Routing } from './judgement';

/** How closely routing is believed to follow the weight beforehand: as if so many requests had been seen. */
const CONCENTRATION = 1000;
/** Odds against the weight beyond which people are told: 1 in 1,000. */
const LOG_LIMIT = Math.log(1000);

/**
 * ln of the gamma function for x >= 1, by Lanczos' sum (Lanczos 1964; the constant is from the same library as the
 * sum). The library's own ln gamma is exact for negative numbers as well, and for that 25 KB larger in every bundle
 * that judges.
 */
function logGamma(x: number): number {
  return (x - 0.5) * (Math.log(x + LANCZOS_G - 0.5) - 1) + Math.log(lanczosSum(x));
}

/** ln of the beta function. */
const betaln = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

/**
 * Were requests routed as the weights say? Reported, never a reason to stop: the gates compare shares, whatever the
 * split.
 *
 * The beta-binomial mixture martingale of Lindon and Malek 2022 (arXiv 2011.03567) on the count of green's requests,
 * for each weight by itself: ln B(k w + G, k (1-w) + B) - ln B(k w, k (1-w)) - G ln w - B ln(1-w), k = 1000.
 */
export function checkRouting(minutes: readonly EvidenceMinute[]): Routing {
  const byWeight = new Map<number, { blue: number; green: number }>();
  for (const { weight, blue, green } of minutes) {
    const sum = byWeight.get(weight) ?? { blue: 0, green: 0 };
    byWeight.set(weight, { blue: sum.blue + blue.invocations, green: sum.green + green.invocations });
  }
  const parts = [...byWeight].map(([w, { blue, green }]) => {
    const [a, b] = [CONCENTRATION * w, CONCENTRATION * (1 - w)];
    return {
      green,
      expected: w * (blue + green),
      logEvidence: betaln(a + green, b + blue) - betaln(a, b) - green * Math.log(w) - blue * Math.log(1 - w),
    };
  });
  const sum = (read: (part: (typeof parts)[number]) => number) => parts.reduce((total, part) => total + read(part), 0);
  const logEvidence = sum((part) => part.logEvidence);
  return {
    greenRequests: sum((part) => part.green),
    expectedGreenRequests: sum((part) => part.expected),
    logEvidence,
    logLimit: LOG_LIMIT,
    suspicious: logEvidence > LOG_LIMIT,
  };
}

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
  gatesOf(gates).flatMap(({ name, notJudged: whyNot, isUnused }) => {
    const why = whyNot?.(evidence);
    return why === undefined
      ? []
      : [{ gate: name, why, ...(isUnused?.(evidence) === true && { unused: true as const }) }];
  });

function blamedBy(decision: Verdicts): GateName | undefined {
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

/** The decision as one sentence that a person can read: number, comparison, limit. */
function reasonInWords(decision: Verdicts, gates: readonly JudgedGate[], evidence: Evidence, rules: Rules): string {
  const settled = evidence.rows.length;
  switch (decision.verdict) {
    case 'fail': {
      const numbers = comparisonInWords(decision.counter, evidence, decision.minute);
      const limit = worse(decision.logEvidence, rules.logLimit);
      return `${decision.gate.gate}: ${numbers}: ${limit}, in minute ${decision.minute}`;
    }
    case 'pass':
      return (
        `no harm on ${gates.map((gate) => gate.gate).join(', ')}: ${proofs(gates, settled, rules)}, ` +
        [`after ${some(settled, 'minute')}`, ...gates.flatMap(notExcluded)].join('; ')
      );
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
  const when = `after ${bakedInWords(settled, rules)}`;
  if (gates.length === 0) return `${when}, no gate is switched on that decides, so nothing can be proven`;
  if (settled === 0) return `${when}, nothing has been counted`;
  const lacking = gates.filter((gate) => !isNonInferior(gate, settled, rules));
  if (lacking.length > 0) return `${when}, ${lacking.map((gate) => lackInWords(gate, settled, rules)).join('; ')}`;
  return `${when}, every gate has its proof of no harm; a pass needs at least ${some(rules.minimumMinutes, 'minute')}`;
}

/**
 * "8 of 15 minutes", "30 minutes, 15 planned"; of a canary that ends on proof "8 minutes, 5 at least and 60 at most".
 */
function bakedInWords(settled: number, { minimumMinutes: least, plannedMinutes: planned }: Rules): string {
  const baked = some(settled, 'minute');
  if (least < planned) return `${baked}, ${least} at least and ${planned} at most`;
  return settled <= planned ? `${settled} of ${some(planned, 'minute')}` : `${baked}, ${planned} planned`;
}
