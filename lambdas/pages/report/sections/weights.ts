import type { RolloutRecord } from '../../../contract/rollout-record';
import { figure } from '../../charts/frame';
import { drawWeights } from '../../charts/weights-chart';
import type { Html } from '../../words/html';
import { minutesBetween, timeOfDay } from '../../words/times';
import { weightChanges } from '../../words/weight-changes';
import { table } from './table';

/** Green's share of the traffic; nothing where none was moved. `id`: of the figure, one of its kind on its page. */
export function weightsChart(record: RolloutRecord, id = 'weights'): readonly Html[] {
  const { startedAt, endedAt } = record;
  const changes = weightChanges(record);
  if (changes.length === 0) return [];
  const steps = changes.map(({ at, weight }) => ({ minute: minutesBetween(startedAt, at) ?? 0, weight }));
  const ended = minutesBetween(startedAt, endedAt ?? startedAt) ?? 0;
  const said = changes.map(({ weight }, index) => `${weight} % from minute ${(steps[index]?.minute ?? 0).toFixed(1)}`);
  const rows = changes.map(({ at, weight }) => [timeOfDay(at, startedAt), `${weight} %`, `${100 - weight} %`]);
  return [
    figure(
      id,
      'Green’s share of live traffic',
      `${said.join(', ')} on; the rollout ended in minute ${ended.toFixed(1)}.`,
      drawWeights(steps, Math.max(ended, ...steps.map(({ minute }) => minute))),
      table('Green’s share of live traffic', ['Time, UTC', 'Green', 'Blue'], rows),
    ),
  ];
}
