import { EVIDENCE_DOCUMENT } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import type { Evidence } from '../../domain/judge/evidence';
import type { Judgement } from '../../domain/judge/judgement';
import type { IncompleteMinute } from '../../ports/evidence-source';
import type { Ports } from '../../ports/ports';

/**
 * Stores what a decision rested on, so that anybody can judge it again: rows, judgement, exact queries. Answers the state
 * with the document's name, so that the report links to what exists.
 */
export async function keepEvidence(
  { documents }: Pick<Ports, 'documents'>,
  state: RolloutState,
  look: {
    readonly evidence: Evidence;
    readonly judgement: Judgement;
    readonly queries: readonly unknown[];
    readonly leftOut: readonly IncompleteMinute[];
  },
): Promise<RolloutState> {
  const { evidence, judgement, queries, leftOut } = look;
  const content = JSON.stringify({
    rollout: state.id,
    endpoint: state.endpoint,
    evidence,
    judgement,
    leftOut,
    queries,
  });
  const name = EVIDENCE_DOCUMENT[state.phase === 'promoted' ? 'watch' : 'canary'];
  await documents.write(state.endpoint, state.id, name, content, 'application/json');
  return { ...state, evidence: [...new Set([...(state.evidence ?? []), name])] };
}
