import { EVIDENCE_DOCUMENT } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import type { Evidence } from '../../domain/evidence';
import { bands, proofs } from '../../domain/judge/6-difference/bands';
import type { Judgement } from '../../domain/judge/judgement';
import { traceOfEvidence } from '../../domain/trace/evidence-of-trace';
import { minimumMinutes } from '../../domain/strategy';
import { watchMinutesOf } from '../rollout/progress';
import type { IncompleteMinute } from '../../adapters/cloudwatch/minutes';
import type { Adapters } from '../../adapters/adapters';
import { judgeSettings } from './short-judgement';

/**
 * Stores what a decision rested on, so that readers can judge it again: a trace with the settings in force, which
 * `npm run replay` brings to the same verdict, with the judgement and the exact queries beside its rows. Answers the state
 * with the document's name, so that the report links to what exists.
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
