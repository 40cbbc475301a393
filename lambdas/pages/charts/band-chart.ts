import { path } from 'd3-path';
import { milliseconds, signedPoints } from '../../domain/numbers';
import type { GateBand } from '../../domain/judge/bands';
import { type Html, html } from '../words/html';
import { type Frame, frame, markLine, px, spread } from './frame';

export interface BandChart extends Pick<GateBand, 'unit' | 'tolerance' | 'harm' | 'looks'> {
  /** The number of each look's minute, ascending. */
  readonly at: readonly number[];
  readonly xLabel: string;
  readonly tone: 'good' | 'bad' | 'some';
  /** Where a line was crossed for good. */
  readonly mark?: { readonly x: number; readonly name: string };
}

/** Looks that are drawn; of a longer canary each step stands for several, with what the last of them said. */
const MOST_STEPS = 200;
/** The first looks bound next to nothing: the picture is as high as the later ones need, and they leave it. */
const SETTLED = 0.35;

/** A difference as people write it: "+1.25" points, or "+12 ms". */
export const differenceInWords = (value: number, unit: GateBand['unit']): string =>
  unit === 'share'
    ? signedPoints(value)
    : value === 0
      ? '0 ms'
      : `${value > 0 ? '+' : '\u2212'}${milliseconds(Math.abs(value))}`;

/**
 * Green minus blue after each look, between its bounds, beside the lines of tolerance and harm. Each look is as wide as
 * its minute, so that one alone is a picture as well. The scale is even around 0 and closer further out: asinh(v / u),
 * where u is half the harm.
 */
export function drawBand({ looks, at, unit, tolerance, harm, xLabel, tone, mark }: BandChart): readonly Html[] {
  const steps = stepsOf(looks, at);
  const [lines, unitOf] = [
    [tolerance, ...(harm === undefined ? [] : [harm])],
    Math.max(tolerance, harm ?? 0) / 2 || 0.01,
  ];
  const scaled = (value: number): number => Math.asinh(value / unitOf);
  const shown = steps
    .slice(Math.floor(steps.length * SETTLED))
    .flatMap(({ look }) => look.filter((end) => end !== null));
  const [least, most] = [Math.min(-tolerance, ...shown), Math.max(1.6 * Math.max(...lines), ...shown)];
  const [low, high] = [scaled(least) - 0.25, scaled(most) + 0.25];
  const [from, until] = [(at[0] ?? 1) - 0.5, (at.at(-1) ?? 1) + 0.5];
  const on = frame({
    ...{ x: [from, until], y: [low, high], xLabel },
    xTicks: minutesOf(from, until),
    yTicks: ticksOf([least, most], lines).map((value) => ({
      at: scaled(value),
      label: differenceInWords(value, unit).replace(' ms', ''),
    })),
  });
  const y = (value: number): number => px(on.y(Math.min(high, Math.max(low, scaled(value)))));
  const last = steps.at(-1)?.look[1] ?? null;
  const named = [
    { name: 'tolerance', at: y(tolerance) },
    ...(harm === undefined ? [] : [{ name: 'harm', at: y(harm) }]),
    ...(last === null ? [] : [{ name: `now ${differenceInWords(last, unit)}`, at: y(last) }]),
  ];
  const places = spread(
    named.map((one) => one.at + 4),
    on.top + 4,
    on.bottom + 4,
  );
  return [
    ...(harm === undefined
      ? []
      : [
          html`<rect
            class="zone"
            x="${on.left}"
            y="${on.top}"
            width="${on.right - on.left}"
            height="${px(y(harm) - on.top)}"
          />`,
        ]),
    on.axes,
    html`<line class="zero" x1="${on.left}" x2="${on.right}" y1="${y(0)}" y2="${y(0)}" />`,
    html`<g class="band ${tone}"
      ><path
        d="${areaOf(
          steps,
          on,
          y,
          [low, high].map((end) => px(on.y(end))),
        )}" /><path class="so-far" d="${soFarOf(steps, on, y)}"
    /></g>`,
    ...[{ value: tolerance, name: 'tolerance' }, ...(harm === undefined ? [] : [{ value: harm, name: 'harm' }])].map(
      ({ value, name }) =>
        html`<line class="${name}" x1="${on.left}" x2="${on.right}" y1="${y(value)}" y2="${y(value)}" />`,
    ),
    ...(mark === undefined ? [] : markLine(on, mark)),
    ...named.map(
      ({ name }, index) =>
        html`<text class="${name.startsWith('now') ? 'now' : name}" x="${on.right + 5}" y="${px(places[index] ?? 0)}"
          >${name}</text
        >`,
    ),
  ];
}

interface Step {
  readonly from: number;
  readonly until: number;
  /** At least, so far, at most. */
  readonly look: readonly [number | null, number | null, number | null];
}

function stepsOf(looks: GateBand['looks'], at: readonly number[]): readonly Step[] {
  const size = Math.ceil(looks.length / MOST_STEPS);
  const steps: Step[] = [];
  for (let first = 0; first < looks.length; first += size) {
    const last = Math.min(looks.length, first + size) - 1;
    const [lower, upper, soFar] = looks[last] ?? [null, null, null];
    steps.push({ from: (at[first] ?? 1) - 0.5, until: (at[last] ?? 1) + 0.5, look: [lower, soFar, upper] });
  }
  return steps;
}

/** A step for each look, from its lower to its upper end; an end that nothing bounds is that of the picture. */
function areaOf(steps: readonly Step[], on: Frame, y: (value: number) => number, ends: readonly number[]): string {
  const shape = path();
  for (const { from, until, look } of steps) {
    const [bottom = 0, top = 0] = [look[0] === null ? ends[0] : y(look[0]), look[2] === null ? ends[1] : y(look[2])];
    shape.rect(px(on.x(from)), top, px(on.x(until) - on.x(from)), Math.max(1, px(bottom - top)));
  }
  return shape.toString();
}

function soFarOf(steps: readonly Step[], on: Frame, y: (value: number) => number): string {
  const shape = path();
  let before: Step | undefined;
  for (const step of steps) {
    const [, soFar] = step.look;
    if (soFar !== null) {
      if (before === undefined || before.until < step.from) shape.moveTo(px(on.x(step.from)), y(soFar));
      else shape.lineTo(px(on.x(step.from)), y(soFar));
      shape.lineTo(px(on.x(step.until)), y(soFar));
    }
    before = soFar === null ? undefined : step;
  }
  return shape.toString();
}

/** Whole minutes, five labels at most. */
function minutesOf(from: number, until: number): readonly { readonly at: number; readonly label: string }[] {
  const [first, last] = [Math.ceil(from), Math.floor(until)];
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880].find((one) => (last - first) / one <= 5) ?? 10_080;
  const found: { at: number; label: string }[] = [];
  for (let at = Math.ceil(first / step) * step; at <= last; at += step) found.push({ at, label: String(at) });
  return found.length === 0 ? [{ at: first, label: String(first) }] : found;
}

/** 0, and 1, 3, 10, 30 … on either side, without those near a line, which has the label of its own value. */
function ticksOf([least, most]: readonly [number, number], lines: readonly number[]): readonly number[] {
  const unit = Math.max(...lines);
  const power = 10 ** Math.floor(Math.log10(unit));
  const sizes = Array.from(
    { length: 10 },
    (_, index) => power * (index % 2 === 0 ? 1 : 3) * 10 ** Math.floor(index / 2),
  );
  const wanted = [
    0,
    ...sizes.filter((size) => size > 2.5 * unit && size <= most),
    ...sizes.map((size) => -size).filter((size) => size >= least && size < -unit),
  ];
  const apart = (one: number, other: number) => Math.abs(Math.asinh((2 * one) / unit) - Math.asinh((2 * other) / unit));
  const range = apart(least, most);
  const kept: number[] = [];
  // A label is a twelfth of the picture's height.
  for (const value of [...[...lines].reverse(), ...wanted])
    if (kept.every((one) => apart(one, value) > range / 12)) kept.push(value);
  return kept;
}
