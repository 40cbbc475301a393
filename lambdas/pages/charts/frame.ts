import { ticks } from 'd3-array';
import { type Html, html } from '../words/html';
import { certainty } from '../../domain/numbers';

/** In units of the drawing, which is as wide as its column: at 360 px of screen a unit is still 0.8 px. */
export const WIDTH = 400;
const HEIGHT = 230;
const LEFT = 44;
const RIGHT = 88;
const TOP = 12;
const BOTTOM = 38;
/** Space between two labels one above the other. */
const LABEL_STEP = 15;

export interface FrameOptions {
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
  caption: string,
  description: string,
  drawing: Content,
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

type Content = Html | readonly Html[];

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
