import type { RolloutState } from '../contract/rollout-state';

/** The gates that are on and were left out, each with its reason. */
export const notJudged = (judgement: RolloutState['judgement']): readonly string[] =>
  (judgement?.notJudged ?? []).map(({ gate, why }) => `${gate}: not judged, ${why}.`);
