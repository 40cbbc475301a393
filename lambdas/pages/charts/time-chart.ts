import { path } from 'd3-path';
import { type Frame, frame, px, spread } from './frame';
import { html } from '../words/html';
import type { Html } from '../words/html';
import { timeTicks } from './time-ticks';

export interface TimeLine {
  readonly name: string;
  readonly role: 'blue' | 'green';
  /** Ascending in time, ms since 1970. */
  readonly points: readonly (readonly [at: number, value: number])[];
}

export interface TimeChart {
  readonly lines: readonly TimeLine[];
  readonly fromMs: number;
  readonly untilMs: number;
  readonly periodMs: number;
  /** What happened and when. */
  readonly marks: readonly { readonly at: number; readonly name: string }[];
  /** Highest value of the axis where all values are 0. */
  readonly least: number;
  readonly yTick?: (value: number) => string;
}

/** Labels of marks stand in so many rows; where even that is too close, the mark alone stays. */
const ROWS = 3;
const ROW_HEIGHT = 11;
/** A label such as `100 %` is no wider. */
const LABEL_WIDTH = 34;
/** Points that are few enough to be marked one by one. */
const MARKED = 40;

/** Lines over time, named at their ends, with what happened as vertical lines. */
export function drawTimes({ lines, fromMs, untilMs, periodMs, marks, least, yTick }: TimeChart): readonly Html[] {
  const highest = Math.max(0, ...lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const on = frame({
    x: [fromMs, untilMs],
    y: [0, highest === 0 ? least : highest * 1.12],
    xLabel: 'time, UTC',
    xTicks: timeTicks(fromMs, untilMs),
    ...(yTick && { yTick }),
  });
  const drawn = lines.filter(({ points }) => points.length > 0);
  const ends = spread(drawn.map(({ points }) => on.y(points.at(-1)?.[1] ?? 0) + 4), on.top + 2, on.bottom + 4); // prettier-ignore
  return [
    on.axes,
    ...drawMarks(on, marks),
    ...drawn.map((line, index) => drawLine(on, line, periodMs, ends[index] ?? 0)),
  ];
}

function drawLine(on: Frame, { name, role, points }: TimeLine, periodMs: number, labelAt: number): Html {
  const shape = path();
  const dots: Html[] = [];
  let before = -Infinity;
  for (const [at, value] of points) {
    const [left, top] = [px(on.x(at)), px(on.y(value))];
    // Nothing was counted in between: no line says that something was.
    if (at - before > 1.5 * periodMs) shape.moveTo(left, top);
    else shape.lineTo(left, top);
    if (points.length <= MARKED) dots.push(html`<circle cx="${left}" cy="${top}" r="2" />`);
    before = at;
  }
  return html`<g class="line ${role}-line"
    ><path d="${shape.toString()}" />${dots}<text x="${on.right + 5}" y="${px(labelAt)}">${name}</text></g
  >`;
}

function drawMarks(on: Frame, marks: TimeChart['marks']): readonly Html[] {
  const ends: number[] = Array.from({ length: ROWS }, () => -Infinity);
  return marks.map(({ at, name }) => {
    const left = px(on.x(at));
    const row = ends.findIndex((end) => end <= left);
    if (row >= 0) ends[row] = left + LABEL_WIDTH;
    const line = html`<line class="weight-mark" x1="${left}" x2="${left}" y1="${on.top}" y2="${on.bottom}" />`;
    const label = html`<text class="weight-mark" x="${left + 3}" y="${on.top + 8 + Math.max(0, row) * ROW_HEIGHT}"
      >${name}</text
    >`;
    return html`<g>${line}${row < 0 ? '' : label}</g>`;
  });
}
