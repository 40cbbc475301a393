import type { RolloutState } from '../../contract/rollout-state';
import { routingInWords } from '../../domain/judge/5-words/gate';
import type { Judgement } from '../../domain/judge/judgement';
import type { EndpointSettings } from '../../contract/endpoint-settings';
import { isoTime, MINUTE_MS, settledUntil } from '../../domain/minutes';
import type { JudgeSettings } from '../../domain/gates/gates';

/**
 * The part of a judgement that travels through the workflow; all of it is kept with the evidence.
 * @param now when its last minute had just settled
 */
export function shortJudgement(judgement: Judgement, now: number): NonNullable<RolloutState['judgement']> {
  return {
    verdict: judgement.verdict,
    ...(judgement.verdict === 'fail' && { badSince: isoTime(badSince(judgement, now)) }),
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

/** The beginning of the minutes in which the evidence that stopped it was there, without a minute between in which it was not. */
function badSince({ logEvidence }: Pick<Judgement, 'logEvidence'>, now: number): number {
  const lastGood = logEvidence.findLastIndex((evidence) => evidence <= 0);
  return settledUntil(now) - (logEvidence.length - 1 - lastGood) * MINUTE_MS;
}

/** What the judge needs of the endpoint's settings, and the minutes of evidence that come before a `pass`. */
export const judgeSettings = (
  { falseAlarmRate, missRate, gates }: Pick<EndpointSettings, 'falseAlarmRate' | 'missRate' | 'gates'>,
  minimumMinutes: number,
): JudgeSettings => ({ falseAlarmRate, missRate, minimumMinutes, gates });
