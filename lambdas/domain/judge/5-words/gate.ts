import type { Gate } from '../3-gates/gate';
import type { Combined } from '../4-verdict/combine';
import { isNonInferior, proofOf, type Rules } from '../4-verdict/decide';
import { leadingCounter, leastProven, totals } from '../4-verdict/leading';
import { reactionTo } from '../4-verdict/traffic-needed';
import type { Evidence } from '../../evidence';
import type { CustomGateName, GateJudgement, GateName } from '../judgement';
import { comparisonInWords } from './comparison';
import { reactionInWords } from './reaction';
import { evidence as shown, lacks, some } from './numbers';
import { harmlessInWords, subjectInWords } from './subject';

/** One gate's part of the judgement, as of the last settled minute. */
export function gateInWords(gate: Gate, combined: Combined, evidence: Evidence, rules: Rules): GateJudgement {
  const settled = evidence.rows.length;
  const counter = leadingCounter(gate, settled);
  const nothing = { events: 0, requests: 0 };
  const reaction = reactionTo(gate, combined, rules.logLimit, settled);
  return {
    gate: gate.gate,
    counts: counter ? subjectInWords(counter.subject) : `nothing: ${nothingToCount(gate.gate)}`,
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
    summary: summaryOf(gate, evidence, rules),
  };
}

/** What a gate's counts are parts of, where that is not requests. */
const NOUNS: Readonly<Partial<Record<GateName, string>>> = { predictions: 'answer', accuracy: 'labelled answer' };

/** Why a gate that is on has no counters. */
export function nothingToCount(gate: GateName): string {
  if (isCustomGate(gate)) return 'the counters have no data';
  switch (gate) {
    case 'errors':
    case 'throttles':
      return 'no requests are counted';
    case 'latency':
      return 'blue had too little traffic before the canary to set latency thresholds';
    case 'accuracy':
      return 'no labels are counted';
    case 'predictions':
      return "blue's answers before the canary set no classes to compare";
  }
}

/** "latency: green 312 requests; evidence 1.9 of the 3.0 needed that its p99 is not harmfully slower". */
export function lackInWords(gate: Gate, settled: number, rules: Pick<Rules, 'logNonInferiorityLimit'>): string {
  if (gate.counters.length === 0) return `${gate.gate}: nothing to count, ${nothingToCount(gate.gate)}`;
  const counter = leastProven(gate, settled);
  if (!counter) return `${gate.gate}: no threshold at which harm is defined, so nothing can be proven`;
  const { requests } = totals(counter.harm?.minutes ?? [], settled).green;
  const what = NOUNS[gate.gate] ?? 'request';
  const proof = lacks(proofOf(gate, settled), rules.logNonInferiorityLimit);
  return `${gate.gate}: green ${some(requests, what)}; ${proof} ${harmlessInWords(counter.subject)}`;
}

function summaryOf(gate: Gate, evidence: Evidence, rules: Rules): string {
  const settled = evidence.rows.length;
  const counter = leadingCounter(gate, settled);
  if (!counter) return `${gate.gate}: nothing to count, ${nothingToCount(gate.gate)}; no proof of health, so no pass`;
  if (settled === 0) return `${gate.gate}: no settled minute yet`;
  const against = `evidence against green ${shown(gate.logEvidence[settled - 1] ?? 0)} (limit ${shown(rules.logLimit)})`;
  const least = leastProven(gate, settled);
  const proof = least
    ? `${lacks(proofOf(gate, settled), rules.logNonInferiorityLimit)} ${harmlessInWords(least.subject)}`
    : 'no threshold at which harm is defined, so no pass';
  return `${gate.gate}: ${comparisonInWords(counter, evidence.rows, settled)}; ${against}, ${proof}`;
}

const isCustomGate = (gate: GateName): gate is CustomGateName => gate.startsWith('custom:');
