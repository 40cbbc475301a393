import { path } from 'd3-path';
import { type Html, html } from '../words/html';
import { type Frame, type FrameOptions, frame, px, spread } from './frame';

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
function markLine(on: Frame, { x, name }: NonNullable<LineChart['mark']>): readonly Html[] {
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

const MOST_LETTERS = 12;
/** `custom:fallbacks` is known as `fallbacks` where there is little room. */
function short(name: string): string {
  const bare = name.replace(/^custom:/, '');
  return bare.length > MOST_LETTERS ? `${bare.slice(0, MOST_LETTERS - 1)}…` : bare;
}
