import type { RolloutRecord } from '../../contract/rollout-record';
import type { WeightChange } from '../../domain/rollout';
import { figure } from '../charts/frame';
import { drawWeights } from '../charts/weights-chart';
import type { Html } from '../html';
import { minutesBetween, timeOfDay } from '../words/times';
import { table } from './table';

/** Green's share of the traffic; nothing where none was moved. */
export function weightsChart(record: RolloutRecord): readonly Html[] {
  const { state, startedAt, endedAt } = record;
  const changes = [...(state?.weights ?? []), ...putBack(record)];
  if (changes.length === 0) return [];
  const steps = changes.map(({ at, weight }) => ({ minute: minutesBetween(startedAt, at) ?? 0, weight }));
  const ended = minutesBetween(startedAt, endedAt ?? startedAt) ?? 0;
  const said = changes.map(({ weight }, index) => `${weight} % from minute ${(steps[index]?.minute ?? 0).toFixed(1)}`);
  const rows = changes.map(({ at, weight }) => [timeOfDay(at, startedAt), `${weight} %`, `${100 - weight} %`]);
  return [
    figure(
      'weights',
      'Green’s share of live traffic',
      `${said.join(', ')} on; the rollout ended in minute ${ended.toFixed(1)}.`,
      drawWeights(steps, Math.max(ended, ...steps.map(({ minute }) => minute))),
      table('Green’s share of live traffic', ['Time, UTC', 'Green', 'Blue'], rows),
    ),
  ];
}

/** Putting blue back is noted by no step of the rollout's own: it is what its end did. */
function putBack({ state, endedAt, liveVersionAfter }: RolloutRecord): readonly WeightChange[] {
  const hadTraffic = (state?.weights.at(-1)?.weight ?? 0) > 0;
  const isOut = liveVersionAfter !== undefined && liveVersionAfter !== state?.green.version;
  return endedAt !== undefined && hadTraffic && isOut ? [{ at: endedAt, weight: 0 }] : [];
}
