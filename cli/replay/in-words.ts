import { routingInWords } from '../../lambdas/domain/judge/in-words';
import { isJudged } from '../../lambdas/domain/trace/evidence-of-trace';
import type { TraceRow } from '../../lambdas/domain/trace/trace';
import type { Replay } from './replay-trace';
import type { ReplayRules } from './rules';
import { percent } from '../../lambdas/domain/numbers';

const LEVELS = '▁▂▃▄▅▆▇█';

/** One character per value, from 0 (and what is below) to `full` (and what is above). */
const sparkline = (values: readonly number[], full: number): string =>
  values
    .map((value) => {
      const level = Math.round((value / full) * (LEVELS.length - 1));
      return LEVELS.charAt(Math.min(LEVELS.length - 1, Math.max(0, level)));
    })
    .join('');

/** Rows of the table: enough to see how it went, few enough to read. */
const TABLE_ROWS = 12;

/** One trace's result for a person: verdict, when, why in numbers; the evidence minute by minute; proofs of no harm. */
export function replayInWords(replay: Replay): string {
  const { trace, judgement, verdict, decidedAt } = replay;
  const reactions = judgement.gates.flatMap(({ reaction }) => (reaction === undefined ? [] : [reaction.words]));
  const about = [trace.kind, trace.expected && `expected: ${trace.expected}`].filter(Boolean).join('; ');
  const seen = trace.rows.filter(({ t }) => decidedAt !== undefined && t <= decidedAt.t);
  const when = decidedAt === undefined ? 'without a minute' : `at minute ${decidedAt.t} of ${trace.horizonMinutes}`;
  const gate = verdict === 'pass' || judgement.gate === undefined ? '' : `, gate ${judgement.gate}`;
  return [
    `${trace.id}${about && `  (${about})`}`,
    `  ${verdict.toUpperCase()} ${when}${gate}: ${judgement.reason}`,
    ...remarks(replay),
    `  green: ${replay.greenRequests} requests, ${replay.greenErrors} failed; judged by ` +
      `${RULES_FROM[replay.rules.from]}`,
    `  evidence against green, ln, fail at ${judgement.logLimit.toFixed(2)}: ` +
      `${sparkline(replay.logEvidence.slice(0, seen.length), judgement.logLimit)}`,
    ...table(replay, seen).map((line) => `    ${line}`),
    `  no harm proven, ln, pass at ${judgement.logNonInferiorityLimit.toFixed(2)} on each: ${proofs(replay)}`,
    ...judgement.gates.flatMap(({ gate, observed }) =>
      observed === undefined ? [] : [`  ${gate}: ${observed.words}`],
    ),
    ...reactions.map((words) => `  ${words}`),
  ].join('\n');
}

const RULES_FROM: Readonly<Record<ReplayRules['from'], string>> = {
  config: 'the settings of --config',
  trace: 'the settings that the trace keeps',
  defaults: "an endpoint's defaults",
};

function remarks({ trace, rules, judgement }: Replay): string[] {
  const { routing } = judgement;
  const skipped = trace.rows.filter((row) => !isJudged(row)).length;
  return [
    ...(skipped > 0 ? [`  note: ${skipped} rows at weight 0 or 1 have nothing to compare and are not judged`] : []),
    ...(judgement.verdict === 'continue'
      ? [`  note: the trace ends after ${judgement.settledMinutes} of ${judgement.plannedMinutes} minutes`]
      : []),
    ...(routing?.suspicious ? [`  note: ${routingInWords(routing)}: routed otherwise?`] : []),
    ...(rules.from === 'config' && trace.thresholds !== undefined
      ? ['  note: the trace keeps its own latency thresholds; the margins of --config cannot move them']
      : []),
  ];
}

function proofs({ judgement }: Replay): string {
  const deciding = judgement.gates.filter(({ observed }) => observed === undefined);
  if (deciding.length === 0) return judgement.gates.length === 0 ? 'no gate is on' : 'no gate that is on decides';
  return deciding.map((one) => `${one.gate} ${number(one.logNonInferiority)}${one.nonInferior ? ' ✓' : ''}`).join(', ');
}

/** Minute, green's counts so far, and the evidence after it: of all gates together and of each. */
function table({ judgement, logEvidence }: Replay, seen: readonly TraceRow[]): string[] {
  const { gates } = judgement;
  const head = ['minute', 'weight', 'green', 'failed', 'all', ...gates.map(({ gate }) => gate)];
  let [requests, failed, judged] = [0, 0, 0];
  const rows = seen.map((row, index) => {
    requests += row.green.invocations;
    failed += row.green.errors;
    if (isJudged(row)) judged += 1;
    const perGate = gates.map((one) => number(one.logEvidence[judged - 1] ?? 0));
    const weight = percent(row.weight);
    return [`${row.t}`, weight, `${requests}`, `${failed}`, number(logEvidence[index] ?? 0), ...perGate];
  });
  const step = Math.ceil(rows.length / TABLE_ROWS);
  // Counted from the end, so that the deciding minute is among them.
  const shown = rows.filter((_, index) => (rows.length - 1 - index) % step === 0);
  const widths = head.map((title, column) => Math.max(title.length, ...shown.map((row) => row[column]?.length ?? 0)));
  return [head, ...shown].map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
}

const number = (value: number): string => value.toFixed(2);
