import type { Evidence } from '../../lambdas/domain/evidence';
import { judge } from '../../lambdas/domain/judge/judge';
import type { JudgeSettings } from '../../lambdas/domain/gates/gates';
import type { Judgement } from '../../lambdas/domain/judge/judgement';
import { evidenceOfTrace, isJudged } from '../../lambdas/domain/trace/evidence-of-trace';
import type { Trace, TraceRow } from '../../lambdas/domain/trace/trace';
import type { ReplayRules } from './rules';

export interface Replay {
  readonly trace: Trace;
  readonly rules: ReplayRules;
  readonly verdict: 'fail' | 'pass' | 'inconclusive';
  /** The row after which it was decided; undefined for a trace without rows. */
  readonly decidedAt: TraceRow | undefined;
  /** As it was at the decision. */
  readonly judgement: Judgement;
  /** ln of the combined e-value after each row of the whole trace; a row that is not judged changes nothing. */
  readonly logEvidence: readonly number[];
  readonly greenRequests: number;
  readonly greenErrors: number;
}

/**
 * The decisions of a rollout, had it seen these rows: a look after each, `fail` at the first row that proves it, `pass`
 * at the first that may and does, and at the last row `inconclusive` otherwise.
 */
export function replayTrace(trace: Trace, rules: ReplayRules): Replay {
  const evidence = evidenceOfTrace(trace, rules.margins);
  const whole = judge(evidence, rules.settings);
  const { looks, judgement } = decision(evidence, rules.settings, whole);
  const judged = trace.rows.filter(isJudged);
  const decidedAt = judged[looks - 1] ?? trace.rows.at(-1);
  const seen = trace.rows.filter(({ t }) => decidedAt !== undefined && t <= decidedAt.t);
  const sum = (of: (row: TraceRow) => number) => seen.reduce((total, row) => total + of(row), 0);
  return {
    trace,
    rules,
    verdict: judgement.verdict === 'continue' ? 'inconclusive' : judgement.verdict,
    decidedAt,
    judgement,
    logEvidence: perRow(trace.rows, whole.logEvidence),
    greenRequests: sum(({ green }) => green.invocations),
    greenErrors: sum(({ green }) => green.errors),
  };
}

/**
 * How many minutes had been judged when it was decided. The whole series tells where `fail` fell; a `pass` may come
 * before.
 */
function decision(evidence: Evidence, settings: JudgeSettings, whole: Judgement) {
  const all = evidence.rows.length;
  const judgementAfter = (looks: number) => (looks === all ? whole : judge(firstMinutes(evidence, looks), settings));
  const last = whole.decidedAtMinute ?? all;
  for (let looks = Math.max(1, settings.minimumMinutes); looks < last; looks++) {
    const judgement = judgementAfter(looks);
    if (judgement.verdict === 'pass') return { looks, judgement };
  }
  return { looks: last, judgement: judgementAfter(last) };
}

const firstMinutes = (evidence: Evidence, count: number): Evidence => ({
  ...evidence,
  rows: evidence.rows.slice(0, count),
});

function perRow(rows: readonly TraceRow[], values: readonly number[]): readonly number[] {
  let judged = 0;
  return rows.map((row) => {
    if (isJudged(row)) judged += 1;
    return values[judged - 1] ?? 0;
  });
}
