import type { RolloutState } from '../../contract/rollout-state';
import { routingInWords } from '../../domain/judge/in-words';
import type { Judgement } from '../../domain/judge/judgement';
import type { EndpointSettings } from '../../contract/endpoint-settings';
import { isoTime, MINUTE_MS, settledUntil } from '../../domain/minutes';
import type { JudgeSettings } from '../../domain/gates/gates';
import { EVIDENCE_DOCUMENT } from '../../contract/names';
import type { Evidence } from '../../domain/evidence';
import { bands, proofs } from '../../domain/judge/bands';
import { traceOfEvidence } from '../../domain/trace/evidence-of-trace';
import { minimumMinutes } from '../../domain/strategy';
import { watchMinutesOf } from '../rollout/progress';
import type { IncompleteMinute } from '../../adapters/cloudwatch/minutes';
import type { Adapters } from '../../adapters/adapters';

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

/**
 * The beginning of the minutes in which the evidence that stopped it was there, without a minute between in which it
 * was not.
 */
function badSince({ logEvidence }: Pick<Judgement, 'logEvidence'>, now: number): number {
  const lastGood = logEvidence.findLastIndex((evidence) => evidence <= 0);
  return settledUntil(now) - (logEvidence.length - 1 - lastGood) * MINUTE_MS;
}

/** What the judge needs of the endpoint's settings, and the minutes of evidence that come before a `pass`. */
export const judgeSettings = (
  { falseAlarmRate, missRate, gates }: Pick<EndpointSettings, 'falseAlarmRate' | 'missRate' | 'gates'>,
  minimumMinutes: number,
): JudgeSettings => ({ falseAlarmRate, missRate, minimumMinutes, gates });

/**
 * Stores what a decision rested on, so that readers can judge it again: a trace with the settings in force, which
 * `greenlight replay` brings to the same verdict, with the judgement and the exact queries beside its rows. Answers the
 * state with the document's name, so that the report links to what exists.
 */
export async function keepEvidence<S extends RolloutState>(
  { documents }: Pick<Adapters, 'documents'>,
  state: S,
  look: {
    readonly evidence: Evidence;
    readonly judgement: Judgement;
    readonly queries: readonly unknown[];
    readonly leftOut: readonly IncompleteMinute[];
  },
): Promise<S> {
  const { evidence, judgement, queries, leftOut } = look;
  const { id, endpoint, config, plan } = state;
  const phase = state.phase === 'promoted' ? 'watch' : 'canary';
  // As each look counted them: the bakes of the canary, the minutes of the watch.
  const minimum = phase === 'watch' ? watchMinutesOf(state) : minimumMinutes(plan.steps);
  const settings = judgeSettings(config.settings, minimum);
  const kept = {
    ...traceOfEvidence({ ...evidence, leftOut: evidence.leftOut ?? leftOut }, `${id}-${phase}`, settings),
    ...{ endpoint, judgement, proofs: proofs(evidence, settings), queries },
    bands: bands(evidence, settings, judgement),
  };
  const name = EVIDENCE_DOCUMENT[phase];
  await documents.writeDocument(endpoint, id, name, JSON.stringify(kept), 'application/json');
  return { ...state, evidence: [...new Set([...(state.evidence ?? []), name])] };
}
