import { EVIDENCE_DOCUMENT, TRACE_DOCUMENT } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import { differences, type GateDifference } from '../../domain/judge/6-difference/differences';
import { proofs } from '../../domain/judge/6-difference/proofs';
import type { Evidence } from '../../domain/judge/evidence';
import type { Judgement } from '../../domain/judge/judgement';
import { plannedMinutes } from '../../domain/strategy';
import { traceOfEvidence } from '../../domain/trace/trace-of-evidence';
import type { IncompleteMinute } from '../../adapters/cloudwatch/minutes';
import type { Adapters } from '../../adapters/adapters';
import { judgeSettings } from './judge-settings';

/**
 * Stores what a decision rested on, so that anybody can judge it again: rows, judgement, exact queries; and beside them the
 * same rows as a trace with the settings in force, which `npm run replay` brings to the same verdict. Answers the state with
 * the documents' names, so that the report links to what exists.
 */
export async function keepEvidence(
  { documents }: Pick<Adapters, 'documents'>,
  state: RolloutState,
  look: {
    readonly evidence: Evidence;
    readonly judgement: Judgement;
    readonly queries: readonly unknown[];
    readonly leftOut: readonly IncompleteMinute[];
  },
): Promise<RolloutState> {
  const { evidence, judgement, queries, leftOut } = look;
  const { id, endpoint, config, plan } = state;
  const phase = state.phase === 'promoted' ? 'watch' : 'canary';
  const write = (name: string, content: object) =>
    documents.writeDocument(endpoint, id, name, JSON.stringify(content), 'application/json');

  // As each look counted them: the bakes of the canary, the minutes of the watch.
  const minimum = phase === 'watch' ? config.settings.watchMinutes : plannedMinutes(plan.steps);
  const settings = judgeSettings(config.settings, minimum);
  const found = differences(evidence, settings);

  const decision = EVIDENCE_DOCUMENT[phase];
  await write(decision, {
    ...{ rollout: id, endpoint, evidence, judgement, differences: found, leftOut, queries },
    proofs: proofs(evidence, settings),
  });

  const recorded = leftOut.length === 0 ? evidence : { ...evidence, leftOut: evidence.leftOut ?? leftOut };
  const trace = TRACE_DOCUMENT[phase];
  await write(trace, traceOfEvidence(recorded, `${id}-${phase}`, settings));

  return {
    ...state,
    ...(state.judgement && { judgement: withDifferences(state.judgement, found) }),
    evidence: [...new Set([...(state.evidence ?? []), decision, trace])],
  };
}

type Judged = NonNullable<RolloutState['judgement']>;

const withDifferences = (judgement: Judged, found: readonly GateDifference[]): Judged => ({
  ...judgement,
  gates: judgement.gates.map((gate) => {
    const difference = found.find((one) => one.gate === gate.gate);
    if (difference === undefined) return gate;
    const { lower, upper, confidence } = difference;
    return { ...gate, difference: { lower, upper, confidence } };
  }),
});
