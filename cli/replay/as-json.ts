import type { Replay } from './replay-trace';

/** One trace's result as `--json` prints it; docs/guides/replay.md says what each key means. */
export function replayAsJson(replay: Replay) {
  const { trace, judgement, verdict, decidedAt, greenRequests, greenErrors } = replay;
  const blamed = verdict === 'pass' ? undefined : judgement.gate;
  return {
    id: trace.id,
    verdict,
    minute: decidedAt?.t ?? null,
    gate: blamed ?? null,
    reason: judgement.reason,
    logEvidence: replay.logEvidence,
    logLimit: judgement.logLimit,
    gates: Object.fromEntries(
      judgement.gates.map((one) => [
        one.gate,
        {
          counts: one.counts,
          blue: one.blue,
          green: one.green,
          logEvidence: one.logEvidence,
          logNonInferiority: one.logNonInferiority,
          nonInferior: one.nonInferior,
          reaction: one.reaction ?? null,
          observed: one.observed?.words ?? null,
          summary: one.summary,
        },
      ]),
    ),
    nonInferiority: leastProof(replay),
    logNonInferiorityLimit: judgement.logNonInferiorityLimit,
    greenRequests,
    greenErrors,
  };
}

/** ln of the weakest proof of no harm of the gates that decide; 0, nothing is proven, without one. */
export function leastProof({ judgement }: Pick<Replay, 'judgement'>): number {
  const proofs = judgement.gates.filter(({ observed }) => observed === undefined).map((one) => one.logNonInferiority);
  return proofs.length === 0 ? 0 : Math.min(...proofs);
}
