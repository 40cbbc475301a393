import { html } from '../words/html';
import type { Html } from '../words/html';
import { signedPoints } from '../../domain/numbers';
import { px, WIDTH } from './frame';

export interface Interval {
  readonly name: string;
  /** Shares, -1 to 1. */
  readonly lower: number;
  readonly upper: number;
}

const LEFT = 14;
const RIGHT = WIDTH - 14;
const ROW = 46;
const TOP = 4;
const AXIS = 40;
/** Points below which the scale is even; beyond, each step is ten times as much. */
const EVEN = 0.1;
const TICKS = [-100, -10, -1, 0, 1, 10, 100];

export const intervalsHeight = (rows: number): number => TOP + rows * ROW + AXIS;

/**
 * Per gate, what green's rate minus blue's may be, in percentage points. The scale is a symmetric logarithm,
 * sign(d) ln(1 + |d| / 0.1): a gate of a hundredth of a point and one of fifty fit beside each other.
 */
export function drawIntervals(intervals: readonly Interval[]): readonly Html[] {
  const bottom = TOP + intervals.length * ROW;
  const most = scaled(100);
  const x = (value: number): number => px(LEFT + ((scaled(value) + most) / (2 * most)) * (RIGHT - LEFT));
  const axis = TICKS.map(
    (tick) =>
      html`<line
          class="${tick === 0 ? 'zero' : 'grid'}"
          x1="${x(tick)}"
          x2="${x(tick)}"
          y1="${TOP}"
          y2="${bottom}"
        /><text x="${x(tick)}" y="${bottom + 15}" text-anchor="middle"
          >${tick > 0 ? '+' : ''}${String(tick).replace('-', '\u2212')}</text
        >`,
  );
  return [
    html`<g aria-hidden="true"
      >${axis}<text class="axis" x="${LEFT}" y="${bottom + 33}">◀ green has fewer</text
      ><text class="axis" x="${RIGHT}" y="${bottom + 33}" text-anchor="end">green has more ▶</text></g
    >`,
    ...intervals.map((one, row) => drawInterval(one, TOP + row * ROW, x)),
  ];
}

function drawInterval({ name, lower, upper }: Interval, top: number, x: (value: number) => number): Html {
  const [from, until, y] = [x(lower * 100), x(upper * 100), top + 31];
  const certain = lower > 0 ? 'more' : upper < 0 ? 'fewer' : 'either';
  return html`<g class="interval ${certain}"
    ><text x="${LEFT}" y="${top + 16}">${name}: ${signedPoints(lower)} to ${signedPoints(upper)}</text
    ><line x1="${from}" x2="${until}" y1="${y}" y2="${y}" /><line
      x1="${from}"
      x2="${from}"
      y1="${y - 5}"
      y2="${y + 5}" /><line x1="${until}" x2="${until}" y1="${y - 5}" y2="${y + 5}"
  /></g>`;
}

const scaled = (value: number): number => Math.sign(value) * Math.log1p(Math.abs(value) / EVEN);
