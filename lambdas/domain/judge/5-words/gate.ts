import type { JudgedCounter } from '../../gates/counter';
import type { JudgedGate } from '../../gates/gate';
import type { Combined } from '../4-verdict/combine';
import { isNonInferior, proofOf, type Rules, wouldHave } from '../4-verdict/decide';
import { leadingCounter, leastProven, totals } from '../4-verdict/leading';
import { reactionTo } from '../4-verdict/traffic-needed';
import type { Evidence } from '../../evidence';
import type { GateJudgement, Observed } from '../judgement';
import { reactionInWords } from './reaction';
import { evidence as shown, lacks, some } from '../../numbers';

/** One gate's part of the judgement, as of the last settled minute. */
export function gateInWords(gate: JudgedGate, combined: Combined, evidence: Evidence, rules: Rules): GateJudgement {
  const settled = evidence.rows.length;
  const counter = leadingCounter(gate, settled);
  const nothing = { events: 0, requests: 0 };
  const reaction = reactionTo(gate, combined, rules.logLimit, settled);
  const observed = gate.of.mode === 'observe' ? observedInWords(gate, combined, settled, rules) : undefined;
  return {
    gate: gate.gate,
    counts: counter ? counter.words.counts : `nothing: ${gate.of.nothing}`,
    ...(counter ? totals(counter.minutes, settled) : { blue: nothing, green: nothing }),
    logEvidence: gate.logEvidence,
    logNonInferiority: proofOf(gate, settled),
    nonInferior: isNonInferior(gate, settled, rules),
    ...(reaction &&
      Number.isFinite(reaction.minutes) && {
        reaction: {
          minutes: reaction.minutes,
          greenRequests: reaction.greenRequests,
          words: reactionInWords(reaction),
        },
      }),
    ...(observed && { observed }),
    summary: [...(observed ? [observed.words] : []), summaryOf(gate, evidence, rules)].join('; '),
  };
}

function observedInWords(gate: JudgedGate, combined: Combined, settled: number, rules: Rules): Observed {
  const would = wouldHave(gate, combined, settled, rules);
  if (typeof would === 'number') return { verdict: 'fail', words: `observed: would have failed in minute ${would}` };
  return would === 'pass'
    ? { verdict: 'pass', words: 'observed: has its proof of no harm' }
    : {
        verdict: 'undecided',
        words: gate.counters.length === 0 ? 'observed: no data' : 'observed: not proven either way',
      };
}

/** "latency: green 312 requests; evidence 1.9 of the 3.0 needed that its p99 is not harmfully slower". */
export function lackInWords(gate: JudgedGate, settled: number, rules: Pick<Rules, 'logNonInferiorityLimit'>): string {
  if (gate.counters.length === 0) return `${gate.gate}: nothing to count, ${gate.of.nothing}`;
  const counter = leastProven(gate, settled);
  if (!counter) return `${gate.gate}: no threshold at which harm is defined, so nothing can be proven`;
  const { requests } = totals(counter.harm?.minutes ?? [], settled).green;
  const proof = lacks(proofOf(gate, settled), rules.logNonInferiorityLimit);
  return `${gate.gate}: green ${some(requests, gate.of.noun)}; ${proof} ${counter.words.harmless}`;
}

function summaryOf(gate: JudgedGate, evidence: Evidence, rules: Rules): string {
  const settled = evidence.rows.length;
  const counter = leadingCounter(gate, settled);
  if (!counter) return `${gate.gate}: nothing to count, ${gate.of.nothing}; no proof of health, so no pass`;
  if (settled === 0) return `${gate.gate}: no settled minute yet`;
  const against = `evidence against green ${shown(gate.logEvidence[settled - 1] ?? 0)} (limit ${shown(rules.logLimit)})`;
  const least = leastProven(gate, settled);
  const proof = least
    ? `${lacks(proofOf(gate, settled), rules.logNonInferiorityLimit)} ${least.words.harmless}`
    : 'no threshold at which harm is defined, so no pass';
  return `${gate.gate}: ${comparisonInWords(counter, evidence, settled)}; ${against}, ${proof}`;
}

/** Green's and blue's counts side by side, over the first `length` minutes. */
export function comparisonInWords(counter: JudgedCounter, { rows }: Evidence, length: number): string {
  const { blue, green } = totals(counter.minutes, length);
  return counter.words.comparison(blue, green, rows.slice(0, length));
}
