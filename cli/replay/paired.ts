import { inOneMessage, problems } from '../../lambdas/contract/problems';
import { type KeptReplay, keptReplaySchema } from '../../lambdas/contract/replay';
import { judgePairs } from '../../lambdas/domain/judge/paired/judge-pairs';
import { ArgumentsInvalid } from '../../tools/arguments-invalid';

/** The pairs of requests that a rollout kept of its replay, before any traffic. */
export const looksPaired = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'paired';

/** @throws ArgumentsInvalid */
export function pairedOf(file: string, value: unknown): KeptReplay {
  const read = keptReplaySchema.safeParse(value);
  if (!read.success) throw new ArgumentsInvalid(`${file}: ${inOneMessage(problems(read.error, '', value))}`);
  return read.data;
}

/** Judged again, as the rollout judged it: the keys that a trace has as well mean the same. */
export function pairedAsJson({ id, pairs, requests, settings, verdict: ended }: KeptReplay) {
  const planned = requests.length;
  const judgement = judgePairs(pairs, { ...settings, planned }, ended === undefined ? 'more' : 'none');
  const judged = pairs.slice(0, judgement.pairs);
  const proofs = judgement.gates.filter(({ decides, tests }) => decides && tests.length > 0);
  return {
    id,
    verdict: judgement.verdict === 'continue' ? 'inconclusive' : judgement.verdict,
    minute: null,
    pairs: judgement.pairs,
    gate: judgement.verdict === 'pass' ? null : (judgement.gate ?? null),
    reason: judgement.reason,
    logEvidence: [judgement.logWorse],
    logLimit: judgement.logLimit,
    gates: Object.fromEntries(judgement.gates.map(({ gate, ...one }) => [gate, one])),
    nonInferiority: proofs.length === 0 ? 0 : Math.min(...proofs.map(({ logNoHarm }) => logNoHarm)),
    logNonInferiorityLimit: judgement.logNoHarmLimit,
    greenRequests: judged.length,
    greenErrors: judged.filter(({ green }) => green.failed > 0).length,
  };
}

export function pairedInWords(kept: KeptReplay): string {
  const { id, verdict, pairs, gate, reason, gates, logLimit, logNonInferiorityLimit } = pairedAsJson(kept);
  const tests = Object.entries(gates).flatMap(([name, { tests: all }]) =>
    all.map(
      ({ what, comparison, logWorse, logNoHarm, proven, pairs: of }) =>
        `    ${name}, ${what}, ${of} pairs: ${comparison}; worse ${logWorse?.toFixed(1) ?? '–'}, no harm ` +
        `${logNoHarm?.toFixed(1) ?? '–'}${proven && logNoHarm !== undefined ? ' ✓' : ''}`,
    ),
  );
  return [
    `${id}  (the same requests to both versions)`,
    `  ${verdict.toUpperCase()} at pair ${pairs} of ` +
      `${kept.requests.length}${gate === null ? '' : `, gate ${gate}`}: ${reason}`,
    `  evidence, ln: fail at ${logLimit.toFixed(2)} over all gates, proof of no harm at ` +
      `${logNonInferiorityLimit.toFixed(2)} on each`,
    ...tests,
  ].join('\n');
}
