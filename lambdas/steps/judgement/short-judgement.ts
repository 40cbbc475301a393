import type { RolloutState } from '../../contract/rollout-state';
import { routingInWords } from '../../domain/judge/5-words/gate';
import type { Judgement } from '../../domain/judge/judgement';
import type { EndpointSettings } from '../../contract/endpoint-settings';
import type { JudgeSettings } from '../../domain/gates/gates';

/** The part of a judgement that travels through the workflow; all of it is kept with the evidence. */
export function shortJudgement(judgement: Judgement): NonNullable<RolloutState['judgement']> {
  return {
    verdict: judgement.verdict,
    ...(judgement.gate && { gate: judgement.gate }),
    reason: judgement.reason,
    settledMinutes: judgement.settledMinutes,
    blueRequests: judgement.blueRequests,
    greenRequests: judgement.greenRequests,
    logEvidence: judgement.logEvidence.at(-1) ?? 0,
    logLimit: judgement.logLimit,
    logNonInferiorityLimit: judgement.logNonInferiorityLimit,
    leftOut: [...judgement.leftOut],
    ...(judgement.routing?.suspicious && { routing: routingInWords(judgement.routing) }),
    ...(judgement.notJudged && { notJudged: judgement.notJudged.map((one) => ({ ...one })) }),
    gates: judgement.gates.map(
      ({ gate, counts, blue, green, logEvidence, logNonInferiority, summary, reaction, observed }) => ({
        gate,
        counts,
        blue: { ...blue },
        green: { ...green },
        logEvidence: logEvidence.at(-1) ?? 0,
        logNonInferiority,
        summary,
        ...(observed && { observed: observed.words }),
        ...(reaction && { reaction: reaction.words }),
      }),
    ),
  };
}

/** What the judge needs of the endpoint's settings, and the minutes of evidence that come before a `pass`. */
export const judgeSettings = (
  { falseAlarmRate, missRate, gates }: Pick<EndpointSettings, 'falseAlarmRate' | 'missRate' | 'gates'>,
  minimumMinutes: number,
): JudgeSettings => ({ falseAlarmRate, missRate, minimumMinutes, gates });
