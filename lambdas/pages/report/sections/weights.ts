import { path } from 'd3-path';
import type { RolloutRecord } from '../../../contract/rollout-record';
import { figure, frame, px, spread } from '../../charts/frame';
import { type Html, html, minutesBetween, timeOfDay } from '../../words/html';
import { weightChanges } from '../../words/outcome';
import { table } from './table';

/** From this minute on green has this share of the traffic, whole percent. */
interface WeightStep {
  readonly minute: number;
  readonly weight: number;
}

/** Green's share of the traffic over the rollout, as steps. */
export function drawWeights(steps: readonly WeightStep[], endMinute: number): readonly Html[] {
  const on = frame({
    x: [0, Math.max(1, endMinute)],
    y: [0, 100],
    xLabel: 'minutes since the start',
    yTick: asPercent,
  });
  const shape = path();
  const area = path();
  area.moveTo(px(on.x(0)), px(on.y(0)));
  shape.moveTo(px(on.x(0)), px(on.y(0)));
  let current = 0;
  const corner = (minute: number, weight: number) => {
    for (const line of [shape, area]) line.lineTo(px(on.x(minute)), px(on.y(weight)));
  };
  for (const { minute, weight } of steps) {
    corner(minute, current);
    corner(minute, weight);
    current = weight;
  }
  corner(Math.max(1, endMinute), current);
  area.lineTo(px(on.x(Math.max(1, endMinute))), px(on.y(0)));
  const [greenAt = 0, blueAt = 0] = spread(
    [on.y(current) + 4, on.y(current === 0 ? 100 : 0) + 4],
    on.top,
    on.bottom + 4,
  );
  return [
    on.axes,
    html`<path class="area" d="${area.toString()}" /><path class="weight" d="${shape.toString()}" />`,
    html`<text class="green" x="${on.right + 5}" y="${px(greenAt)}">green ${current} %</text>`,
    html`<text class="blue" x="${on.right + 5}" y="${px(blueAt)}"
      >${current === 100 ? 'blue 0 %' : current === 0 ? 'blue 100 %' : ''}</text
    >`,
  ];
}

const asPercent = (value: number): string => `${value} %`;

/**
 * Green's share of the traffic; nothing where none was moved.
 *
 * @param id of the figure, one of its kind on its page
 * @param now where a rollout that still runs is drawn to. @default the last change
 */
export function weightsChart(record: RolloutRecord, id = 'weights', now?: string): readonly Html[] {
  const { startedAt, endedAt } = record;
  const changes = weightChanges(record);
  if (changes.length === 0) return [];
  const steps = changes.map(({ at, weight }) => ({ minute: minutesBetween(startedAt, at) ?? 0, weight }));
  const until = minutesBetween(startedAt, endedAt ?? now ?? changes.at(-1)?.at ?? startedAt) ?? 0;
  const said = changes.map(({ weight }, index) => `${weight} % from minute ${(steps[index]?.minute ?? 0).toFixed(1)}`);
  const rows = changes.map(({ at, weight }) => [timeOfDay(at, startedAt), `${weight} %`, `${100 - weight} %`]);
  return [
    figure(
      id,
      'Green’s share of live traffic',
      `${said.join(', ')} on; the rollout ${endedAt === undefined ? 'goes on, now' : 'ended'} in minute ` +
        `${until.toFixed(1)}.`,
      drawWeights(steps, Math.max(until, ...steps.map(({ minute }) => minute))),
      table('Green’s share of live traffic', ['Time, UTC', 'Green', 'Blue'], rows),
    ),
  ];
}
