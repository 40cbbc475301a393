import { percent } from '../../domain/numbers';
import { type Html, html } from '../words/html';
import { px, shortened, WIDTH, type Frame, frame, spread } from './frame';
import { path } from 'd3-path';
import { MINUTE_MS } from '../../domain/minutes';

const DAY_MINUTES = 1_440;
/** Steps that people read a clock in, minutes. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1, 2, 7, 14, 30].map((step, index) =>
  index < 11 ? step : step * DAY_MINUTES,
);
/** As many labels as fit below a chart on a phone. */
const MOST = 5;

/** Round times within a stretch, for the labels of an axis: "09:30", or "11-23" where a step is a day. UTC. */
export function timeTicks(fromMs: number, untilMs: number): readonly { readonly at: number; readonly label: string }[] {
  const minutes = (untilMs - fromMs) / MINUTE_MS;
  const step = STEPS.find((one) => minutes / one <= MOST) ?? Math.ceil(minutes / MOST / DAY_MINUTES) * DAY_MINUTES;
  const ms = step * MINUTE_MS;
  const ticks: { at: number; label: string }[] = [];
  for (let at = Math.ceil(fromMs / ms) * ms; at <= untilMs; at += ms) {
    const iso = new Date(at).toISOString();
    ticks.push({ at, label: step < DAY_MINUTES ? iso.slice(11, 16) : iso.slice(5, 10) });
  }
  return ticks;
}

export interface TimeLine {
  readonly name: string;
  readonly role: 'blue' | 'green';
  /** Drawn thinner, beside another line of the same role. @default strong */
  readonly stroke?: 'strong' | 'thin';
  /** Ascending in time, ms since 1970. */
  readonly points: readonly (readonly [at: number, value: number])[];
}

interface TimeChart {
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
  const ends = spread(
    drawn.map(({ points }) => on.y(points.at(-1)?.[1] ?? 0) + 4),
    on.top + 2,
    on.bottom + 4,
  );
  return [
    on.axes,
    ...drawMarks(on, marks),
    ...drawn.map((line, index) => drawLine(on, line, periodMs, ends[index] ?? 0)),
  ];
}

function drawLine(
  on: Frame,
  { name, role, stroke = 'strong', points }: TimeLine,
  periodMs: number,
  labelAt: number,
): Html {
  const shape = path();
  const dots: Html[] = [];
  const [drawn, stepMs] = [thinned(points), everyOf(points) * periodMs];
  drawn.forEach(([at, value], index) => {
    const [left, top] = [px(on.x(at)), px(on.y(value))];
    const isFirst = index === 0 || at - (drawn[index - 1]?.[0] ?? 0) > APART * stepMs;
    const isLast = index + 1 === drawn.length || (drawn[index + 1]?.[0] ?? 0) - at > APART * stepMs;
    // Nothing was counted in between: no line says that something was. What stands alone is as wide as its period.
    if (isFirst && isLast) {
      shape.moveTo(px(Math.max(on.left, on.x(at - periodMs / 2))), top);
      shape.lineTo(px(Math.min(on.right, on.x(at + periodMs / 2))), top);
    } else if (isFirst) shape.moveTo(left, top);
    else shape.lineTo(left, top);
    if (drawn.length <= MARKED) dots.push(html`<circle cx="${left}" cy="${top}" r="${stroke === 'thin' ? 1.5 : 2}" />`);
  });
  return html`<g class="line ${role}-line ${stroke}"
    ><path d="${shape.toString()}" />${dots}<text x="${on.right + 5}" y="${px(labelAt)}">${name}</text></g
  >`;
}

const APART = 1.5;
/** Points of a line that are drawn; of a longer one every second, third … */
const MOST_POINTS = 300;
const everyOf = (points: TimeLine['points']): number => Math.ceil(points.length / MOST_POINTS);
const thinned = (points: TimeLine['points']): TimeLine['points'] =>
  points.filter((_, index) => index % everyOf(points) === 0 || index + 1 === points.length);

function drawMarks(on: Frame, marks: TimeChart['marks']): readonly Html[] {
  const ends: number[] = Array.from({ length: ROWS }, () => -Infinity);
  const labels: Html[] = [];
  const lines = marks.map(({ at, name }) => {
    const left = px(on.x(at));
    const row = ends.findIndex((end) => end <= left);
    if (row >= 0) ends[row] = left + LABEL_WIDTH;
    if (row >= 0)
      labels.push(html`<text class="weight-mark" x="${left + 3}" y="${on.top + 8 + row * ROW_HEIGHT}">${name}</text>`);
    return html`<line class="weight-mark" x1="${left}" x2="${left}" y1="${on.top}" y2="${on.bottom}" />`;
  });
  // Labels last: the line of the next mark would cross them.
  return [...lines, ...labels];
}

export interface SideShares {
  readonly name: string;
  readonly role: 'blue' | 'green';
  /** 0 to 1, one per class. */
  readonly shares: readonly number[];
}

const LEFT = 96;
const RIGHT = WIDTH - 62;
const BAR = 11;
const GAP = 9;
const TOP = 4;
const MOST_LETTERS = 13;

export const sharesHeight = (classes: number, sides: number): number => TOP + classes * (sides * BAR + GAP) + 4;

/** Bars of each class, blue's above green's, each with its share. */
export function drawShares(classNames: readonly string[], sides: readonly SideShares[]): readonly Html[] {
  const highest = Math.max(0.01, ...sides.flatMap(({ shares }) => shares));
  const row = sides.length * BAR + GAP;
  return classNames.map((name, index) => {
    const top = TOP + index * row;
    const bars = sides.map(({ role, shares }, side) => {
      const share = shares[index] ?? 0;
      const [y, length] = [top + side * BAR, px((share / highest) * (RIGHT - LEFT))];
      return html`<rect class="${role}-bar" x="${LEFT}" y="${y}" width="${length}" height="${BAR - 1}" /><text
          x="${px(LEFT + length + 4)}"
          y="${y + BAR - 2}"
          >${percent(share)}</text
        >`;
    });
    return html`<g
      ><text x="${LEFT - 6}" y="${top + (sides.length * BAR) / 2 + 4}" text-anchor="end"
        >${shortened(name, MOST_LETTERS)}</text
      >${bars}</g
    >`;
  });
}
