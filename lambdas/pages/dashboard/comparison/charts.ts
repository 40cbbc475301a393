import { path } from 'd3-path';
import { milliseconds, percent, roughly } from '../../../domain/numbers';
import type { TrafficPeriod } from '../../../domain/chart-period';
import { figure, px, WIDTH, type Frame, frame, spread } from '../../charts/frame';
import { table } from '../../report/sections/table';
import { type Html, html } from '../../words/html';
import { type Comparison, sideName, inBoth, sharesOf } from './comparison';

const MINUTE_MS = 60_000;
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

interface TimeLine {
  readonly name: string;
  readonly role: 'blue' | 'green';
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

interface Shares {
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

const sharesHeight = (classes: number, sides: number): number => TOP + classes * (sides * BAR + GAP) + 4;

/** Bars of each class, blue's above green's, each with its share. */
function drawShares(classNames: readonly string[], sides: readonly Shares[]): readonly Html[] {
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
      ><text x="${LEFT - 6}" y="${top + (sides.length * BAR) / 2 + 4}" text-anchor="end">${short(name)}</text>${bars}</g
    >`;
  });
}

const short = (name: string): string => (name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name);

interface Measure {
  readonly id: string;
  readonly caption: string;
  readonly of: (period: TrafficPeriod, minutes: number) => number | null;
  readonly inWords: (value: number) => string;
  readonly least: number;
}

/** Behind each chart; a widget with all periods of six charts would be read slowly. */
const MOST_ROWS = 30;

const measures = (timed: Comparison['timed']): readonly Measure[] => [
  {
    id: 'requests',
    caption: 'Requests per minute',
    of: ({ requests }, minutes) => requests / minutes,
    inWords: roughly,
    least: 1,
  },
  {
    id: 'failures',
    caption: 'Failed requests',
    of: ({ failures, requests }) => failures / requests,
    inWords: percent,
    least: 0.01,
  },
  ...(['p50', 'p90', 'p99'] as const).map((percentile) => ({
    id: percentile,
    caption: `Duration ${percentile}${timed === 'warm' ? ', warm requests' : ''}`,
    of: (period: TrafficPeriod) => period[percentile],
    inWords: milliseconds,
    least: 1,
  })),
];

/** One chart per measure, both versions in each, with every change of the weight. */
export const charts = (comparison: Comparison): readonly Html[] => [
  ...measures(comparison.timed).map((measure) => chart(comparison, measure)),
  ...mix(comparison),
];

function chart({ endpoint, range, sides, marks }: Comparison, { id, caption, of, inWords, least }: Measure): Html {
  const minutes = range.periodSeconds / 60;
  const lines = sides.map((side) => ({
    name: sideName(side),
    role: side.role,
    points: side.periods.flatMap((period) => {
      const value = of(period, minutes);
      return value === null ? [] : [[period.at, value] as const];
    }),
  }));
  const last = lines.map(
    ({ name, points }) => `${name}: ${points.length === 0 ? 'no data' : inWords(points.at(-1)?.[1] ?? 0)}`,
  );
  const rows = rowsOf(lines, inWords);
  return figure(
    `${endpoint}-${id}`,
    caption,
    `Last: ${last.join('; ')}.`,
    drawTimes({
      lines,
      fromMs: range.fromMs,
      untilMs: range.untilMs,
      periodMs: range.periodSeconds * 1000,
      marks: marks.map(({ at, weight }) => ({ at, name: `${weight} %` })),
      least,
      yTick: inWords,
    }),
    table(`${caption}, newest ${rows.length} periods`, ['Time, UTC', ...lines.map(({ name }) => name)], rows),
  );
}

/** What the lines are made of, newest last. */
function rowsOf(
  lines: readonly { readonly name: string; readonly points: readonly (readonly [number, number])[] }[],
  inWords: Measure['inWords'],
): readonly (readonly string[])[] {
  const byTime = new Map<number, Map<string, number>>();
  for (const { name, points } of lines)
    for (const [at, value] of points) byTime.set(at, (byTime.get(at) ?? new Map<string, number>()).set(name, value));
  const newest = [...byTime].sort(([a], [b]) => a - b).slice(-MOST_ROWS);
  return newest.map(([at, values]) => [
    new Date(at).toISOString().slice(0, 16).replace('T', ' '),
    ...lines.map(({ name }) => (values.has(name) ? inWords(values.get(name) ?? 0) : '–')),
  ]);
}

/** Each class's share of the answers; nothing where classes are not counted. */
function mix({ endpoint, sides, classNames }: Comparison): readonly Html[] {
  if (classNames.length === 0) return [];
  const common = inBoth(sides);
  const shown = common.some((periods) => periods.length === 0) ? sides.map(({ periods }) => periods) : common;
  const shares = sides.map((side, index) => ({
    name: sideName(side),
    role: side.role,
    shares: sharesOf(shown[index] ?? [], classNames.length),
  }));
  const caption = 'Answers by class';
  return [
    figure(
      `${endpoint}-mix`,
      caption,
      `Shares of the answers, ${sides.map(sideName).join(' above ')}.`,
      drawShares(classNames, shares),
      table(
        caption,
        ['Class', ...shares.map(({ name }) => name)],
        classNames.map((name, index) => [name, ...shares.map((side) => percent(side.shares[index] ?? 0))]),
      ),
      sharesHeight(classNames.length, sides.length),
    ),
  ];
}
