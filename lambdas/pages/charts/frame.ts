import { ticks } from 'd3-array';
import { type Html, type HtmlContent, html } from '../words/html';
import { certainty } from '../../domain/numbers';
import { path } from 'd3-path';

/** In units of the drawing, which is as wide as its column: at 360 px of screen a unit is still 0.8 px. */
export const WIDTH = 400;
const HEIGHT = 230;
const LEFT = 44;
const RIGHT = 88;
const TOP = 12;
const BOTTOM = 38;
/** Space between two labels one above the other. */
const LABEL_STEP = 15;

interface FrameOptions {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly xLabel: string;
  /** Where the x axis has a label, and which. @default whole numbers */
  readonly xTicks?: readonly { readonly at: number; readonly label: string }[];
  /** Where the y axis has a label, and which; those outside are left out. @default round numbers */
  readonly yTicks?: readonly { readonly at: number; readonly label: string }[];
  /** @default the number */
  readonly yTick?: (value: number) => string;
}

export interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Grid lines, tick labels and the name of the x axis. */
  readonly axes: Html;
}

/** A drawing area with two linear axes. */
export function frame({ x, y, xLabel, xTicks = wholeNumbers(x), yTick = String, yTicks }: FrameOptions): Frame {
  const [left, right, top, bottom] = [LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM];
  const toX = linear(x, [left, right]);
  const toY = linear(y, [bottom, top]);
  const marked = yTicks?.filter(({ at }) => at >= y[0] && at <= y[1]);
  const rows = (marked ?? ticks(y[0], y[1], 5).map((at) => ({ at, label: yTick(at) }))).map(
    ({ at, label }) =>
      html`<line class="grid" x1="${left}" x2="${right}" y1="${px(toY(at))}" y2="${px(toY(at))}" /><text
          x="${left - 6}"
          y="${px(toY(at) + 4)}"
          text-anchor="end"
          >${label}</text
        >`,
  );
  const columns = xTicks.map(
    ({ at, label }) => html`<text x="${px(toX(at))}" y="${bottom + 16}" text-anchor="middle">${label}</text>`,
  );
  const name = html`<text class="axis" x="${(left + right) / 2}" y="${HEIGHT - 4}" text-anchor="middle"
    >${xLabel}</text
  >`;
  return { x: toX, y: toY, left, right, top, bottom, axes: html`<g aria-hidden="true">${rows}${columns}${name}</g>` };
}

const wholeNumbers = ([from, until]: readonly [number, number]) =>
  ticks(from, until, 5)
    .filter(Number.isInteger)
    .map((at) => ({ at, label: String(at) }));

/** The figure around a drawing: its caption names it, the description says what it shows to who cannot see it. */
export function figure(
  id: string,
  caption: HtmlContent,
  description: string,
  drawing: FrameContent,
  numbers: Html,
  height = HEIGHT,
): Html {
  return html`<figure>
    <figcaption id="${id}">${caption}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${px(height)}" role="img" aria-labelledby="${id}" aria-describedby="${id}-says">
      ${drawing}
    </svg>
    <p class="says" id="${id}-says">${description}</p>
    <details>
      <summary>The numbers<span class="hidden"> of: ${caption}</span></summary>
      ${numbers}
    </details>
  </figure>`;
}

type FrameContent = Html | readonly Html[];

/** Where labels go that would lie on each other: as near as they fit, pushed down first and up again from `lowest`. */
export function spread(wanted: readonly number[], highest: number, lowest: number): readonly number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed = wanted.map((at) => Math.max(highest, at));
  order.forEach((index, rank) => {
    const above = placed[order[rank - 1] ?? -1] ?? -Infinity;
    placed[index] = Math.max(placed[index] ?? 0, above + LABEL_STEP);
  });
  [...order].reverse().forEach((index, rank) => {
    placed[index] = Math.min(placed[index] ?? 0, lowest - rank * LABEL_STEP, Infinity);
  });
  return placed;
}

/** A tenth of a unit is finer than any screen. */
export const px = (value: number): number => Math.round(value * 10) / 10;

const linear =
  ([from, until]: readonly [number, number], [start, end]: readonly [number, number]) =>
  (value: number): number =>
    until === from ? (start + end) / 2 : start + ((value - from) / (until - from)) * (end - start);

const BAR_WIDTH = 100;
/** The limit stands at two thirds, so that one sees what went beyond it. */
const LIMIT_AT = 66;

/** Certainty as a number, and ln of the evidence as a bar with its limit. */
export function drawBar(value: number, limit: number, tone: 'good' | 'bad'): Html {
  const length = limit > 0 ? Math.min(BAR_WIDTH, Math.max(0, (value / limit) * LIMIT_AT)) : 0;
  return html`${certainty(value)}<svg class="bar" viewBox="0 0 ${BAR_WIDTH} 10" aria-hidden="true">
      <rect class="track" width="${BAR_WIDTH}" height="10" />
      <rect class="${value >= limit ? tone : 'some'}" width="${Math.round(length)}" height="10" />
      <line x1="${LIMIT_AT}" x2="${LIMIT_AT}" y1="0" y2="10" />
    </svg>`;
}

export interface Line {
  readonly name: string;
  /** Which colour and which dashes; 0 is the strong one. */
  readonly style: number;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChart {
  readonly lines: readonly Line[];
  readonly limit: { readonly value: number; readonly name: string };
  readonly xLabel: string;
  /** Where the y axis has a label, and which. */
  readonly yTicks: NonNullable<FrameOptions['yTicks']>;
  /** Stretches of x in which nothing was counted. */
  readonly gaps: readonly number[];
  /** Where it was decided. */
  readonly mark?: { readonly x: number; readonly name: string };
}

/** Points of a line that are drawn; a longer one is thinned. */
const MOST_POINTS = 300;
/** Points that are few enough to be marked one by one. */
const MARKED = 40;
/** Values beyond so many times the limit are drawn at the edge: what matters is on which side of the limit they are. */
const ABOVE = 2.2;
const BELOW = -2.2;

/** Lines over minutes with one limit, each named at its end. */
export function drawLines({ lines, limit, xLabel, yTicks, gaps, mark }: LineChart): readonly Html[] {
  const values = lines.flatMap(({ points }) => points.map(([, y]) => y));
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x));
  const low = Math.max(BELOW * limit.value, Math.min(0, ...values));
  const high = Math.min(ABOVE * limit.value, Math.max(1.15 * limit.value, ...values));
  const on = frame({ x: [Math.min(1, ...xs) - 0.5, Math.max(...xs) + 0.5], y: [low, high], xLabel, yTicks });
  const inside = (y: number): number => Math.min(high, Math.max(low, y));
  const ends = lines.map(({ points }) => on.y(inside(points.at(-1)?.[1] ?? 0)) + 4);
  const at = spread([...ends, on.y(limit.value) + 4], on.top + 2, on.bottom + 4);
  return [
    on.axes,
    ...gaps.map((x) => gap(on, x)),
    ...limitLine(on, limit, at.at(-1) ?? 0),
    ...(mark === undefined ? [] : markLine(on, mark)),
    ...lines.map((line, index) => drawLine(on, line, inside, at[index] ?? 0)),
  ];
}

function drawLine(on: Frame, { name, style, points }: Line, inside: (y: number) => number, labelAt: number): Html {
  const shape = path();
  const dots: Html[] = [];
  const drawn = thinned(points);
  drawn.forEach(([x, y], index) => {
    const [left, top] = [px(on.x(x)), px(on.y(inside(y)))];
    if (index === 0) shape.moveTo(left, top);
    else shape.lineTo(left, top);
    if (drawn.length <= MARKED) dots.push(html`<circle cx="${left}" cy="${top}" r="${style === 0 ? 2.6 : 1.8}" />`);
  });
  const last = points.at(-1);
  if (last === undefined) return html``;
  const beyond = inside(last[1]) === last[1] ? '' : last[1] > 0 ? ' ▲' : ' ▼';
  return html`<g class="line s${style}"
    ><path d="${shape.toString()}" />${dots}<text x="${on.right + 5}" y="${px(labelAt)}"
      >${short(name)}${beyond}</text
    ></g
  >`;
}

const limitLine = (on: Frame, { value, name }: LineChart['limit'], labelAt: number): readonly Html[] => [
  html`<line class="limit" x1="${on.left}" x2="${on.right}" y1="${px(on.y(value))}" y2="${px(on.y(value))}" />`,
  html`<text class="limit" x="${on.right + 5}" y="${px(labelAt)}">${name}</text>`,
];

/** The label stands on the side with more room. */
export function markLine(on: Frame, { x, name }: NonNullable<LineChart['mark']>): readonly Html[] {
  const left = px(on.x(x));
  const anchor = left > (on.left + on.right) / 2 ? 'end' : 'start';
  return [
    html`<line class="mark" x1="${left}" x2="${left}" y1="${on.top}" y2="${on.bottom}" />`,
    html`<text class="mark" x="${left + (anchor === 'end' ? -5 : 5)}" y="${on.top + 9}" text-anchor="${anchor}"
      >${name}</text
    >`,
  ];
}

function gap(on: Frame, minute: number): Html {
  const [from, until] = [on.x(minute - 0.5), on.x(minute + 0.5)];
  return html`<rect
    class="gap"
    x="${px(Math.max(on.left, from))}"
    y="${on.top}"
    width="${px(Math.min(on.right, until) - Math.max(on.left, from))}"
    height="${on.bottom - on.top}"
  />`;
}

/** The highest point of each stretch stays: what was over the limit is never left out. */
function thinned(points: Line['points']): Line['points'] {
  if (points.length <= MOST_POINTS) return points;
  const size = Math.ceil(points.length / MOST_POINTS);
  const kept: (readonly [number, number])[] = [];
  for (let from = 0; from < points.length; from += size)
    kept.push(points.slice(from, from + size).reduce((most, one) => (one[1] > most[1] ? one : most)));
  return kept;
}

/** So many letters of a name, where there is little room. */
export const shortened = (name: string, most: number): string =>
  name.length > most ? `${name.slice(0, most - 1)}…` : name;
/** `custom:fallbacks` is known as `fallbacks`. */
const short = (gate: string): string => shortened(gate.replace(/^custom:/, ''), 12);
