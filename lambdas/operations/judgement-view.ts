import type { RolloutState } from '../contract/rollout-state';
import type { JudgementView } from '../contract/view';

/** The latest look at a canary, each gate's evidence beside its limits. */
export function judgementView(judgement: NonNullable<RolloutState['judgement']>): JudgementView {
  const { logLimit, logNonInferiorityLimit } = judgement;
  return {
    verdict: judgement.verdict,
    reason: judgement.reason,
    gate: judgement.gate ?? null,
    settledMinutes: judgement.settledMinutes,
    minutesLeftOut: judgement.leftOut.length,
    blueRequests: judgement.blueRequests,
    greenRequests: judgement.greenRequests,
    against: judgement.logEvidence,
    stopAt: logLimit,
    routing: judgement.routing ?? null,
    gates: judgement.gates.map(
      ({ gate, counts, blue, green, logEvidence, logNonInferiority, summary, reaction, observed }) => ({
        gate,
        counts,
        blue,
        green,
        against: logEvidence,
        stopAt: logLimit,
        proof: logNonInferiority,
        passAt: logNonInferiorityLimit,
        summary,
        reaction: reaction ?? null,
        observed: observed ?? null,
      }),
    ),
  };
}
