import type { RolloutRecord } from '../../contract/rollout-record';
import type { WeightChange } from '../../domain/rollout';

/** Each change of green's share of the traffic, in order, the last one included that puts blue back. */
export const weightChanges = (record: RolloutRecord): readonly WeightChange[] => [
  ...(record.state?.weights ?? []),
  ...putBack(record),
];

/** Putting blue back is noted by no step of the rollout's own: it is what its end did. */
function putBack({ state, endedAt, liveVersionAfter }: RolloutRecord): readonly WeightChange[] {
  const hadTraffic = (state?.weights.at(-1)?.weight ?? 0) > 0;
  const isOut = liveVersionAfter !== undefined && liveVersionAfter !== state?.green.version;
  return endedAt !== undefined && hadTraffic && isOut ? [{ at: endedAt, weight: 0 }] : [];
}
