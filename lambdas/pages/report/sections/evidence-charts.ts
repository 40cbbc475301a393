import type { KeptEvidence } from '../../../contract/kept-evidence';
import { certainty, percent, signedPoints, count } from '../../../domain/numbers';
import { figure, px, WIDTH, drawLines, type Line } from '../../charts/frame';
import { type Html, type HtmlContent, html, minutesBetween, timeOfDay } from '../../words/html';
import type { ReportPhase } from '../report-input';
import { table } from './table';

interface Interval {
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

const intervalsHeight = (rows: number): number => TOP + rows * ROW + AXIS;

/**
 * Per gate, what green's rate minus blue's may be, in percentage points. The scale is a symmetric logarithm,
 * sign(d) ln(1 + |d| / 0.1): a gate of a hundredth of a point and one of fifty fit beside each other.
 */
function drawIntervals(intervals: readonly Interval[]): readonly Html[] {
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

/** Rows of the table behind a chart; a longer one is in the document. */
const MOST_ROWS = 240;

interface MinutesTable {
  readonly caption: string;
  readonly minutes: KeptEvidence['rows'];
  /** The number of each minute, as the chart counts them. */
  readonly at: readonly number[];
  readonly lines: readonly Line[];
  /** In the watch no request was routed by a weight. */
  readonly weights: 'shown' | 'none';
}

/** What was counted in each minute, beside the values of a chart's lines. */
function minutesTable({ caption, minutes, at, lines, weights }: MinutesTable): Html {
  const start = minutes[0]?.minute ?? '';
  const first = Math.max(0, minutes.length - MOST_ROWS);
  const rows = minutes
    .slice(first)
    .map(({ minute, weight, blue, green }, offset): readonly HtmlContent[] => [
      html`${at[first + offset]} <span class="small">${timeOfDay(minute, start)}</span>`,
      ...(weights === 'shown' ? [`${Math.round(100 * weight)} %`] : []),
      ...[count(blue.invocations), count(blue.errors), count(green.invocations), count(green.errors)],
      ...lines.map(({ points }) => certainty(points[first + offset]?.[1] ?? 0)),
    ]);
  const counts = ['Blue', 'Blue, failed', 'Green', 'Green, failed'];
  const heads = ['Minute', ...(weights === 'shown' ? ['Weight'] : []), ...counts, ...lines.map(({ name }) => name)];
  const earlier =
    first === 0 ? '' : html`<p>The last ${MOST_ROWS} of ${count(minutes.length)}; the others are kept beside this.</p>`;
  return html`${earlier}${table(caption, heads, rows)}`;
}

/** What the charts of one document share. */
interface Charted {
  readonly kept: KeptEvidence;
  readonly phase: ReportPhase;
  /** The number of each judged minute: 1 for the first, and minutes that were left out have theirs. */
  readonly at: readonly number[];
  readonly gaps: readonly number[];
}

/** The charts of one document: evidence against its limit, proof against its limit, and the intervals. */
export function evidenceCharts(kept: KeptEvidence, phase: ReportPhase): readonly Html[] {
  const { rows: minutes } = kept;
  const start = minutes[0]?.minute;
  if (start === undefined) return [];
  const at = minutes.map(({ minute }, index) => Math.round((minutesBetween(start, minute) ?? index) + 1));
  const gaps = kept.leftOut.flatMap(({ minute }) => minutesBetween(start, minute) ?? []).map((minute) => minute + 1);
  const charted: Charted = { kept, phase, at, gaps };
  return [evidenceChart(charted), ...proofChart(charted), ...intervals(charted)];
}

function evidenceChart(charted: Charted): Html {
  const { kept, phase, at } = charted;
  const { logEvidence, gates, logLimit, decidedAtMinute } = kept.judgement;
  const together = line(charted, 'all gates', 0, logEvidence);
  const lines = [
    together,
    ...gates.map((gate, index) => line(charted, nameOf(charted, gate.gate), index + 1, gate.logEvidence)),
  ];
  const decided = decidedAtMinute === undefined ? undefined : at[decidedAtMinute - 1];
  const caption = 'How sure it is that green is worse, minute by minute';
  return figure(
    `${phase}-evidence`,
    caption,
    `Green is stopped when all gates together reach ${certainty(logLimit)}. ${highest(together)}`,
    drawLines({
      ...{ lines, limit: { value: logLimit, name: `stop ${certainty(logLimit)}` }, ...axis(charted) },
      ...(decided !== undefined && { mark: { x: decided, name: `fail, minute ${decided}` } }),
    }),
    numbers(charted, caption, lines),
  );
}

function proofChart(charted: Charted): readonly Html[] {
  const { kept, phase } = charted;
  const limit = kept.judgement.logNonInferiorityLimit;
  const lines = kept.proofs.map((gate, index) =>
    line(charted, nameOf(charted, gate.gate), index + 1, gate.logNonInferiority),
  );
  if (lines.length === 0) return [];
  const caption = 'How sure it is that green does no harm, minute by minute';
  return [
    figure(
      `${phase}-proof`,
      caption,
      `Green passes when each gate that decides has reached ${certainty(limit)} and the whole bake is over. ${reached(lines, limit)}`,
      drawLines({ lines, limit: { value: limit, name: `pass ${certainty(limit)}` }, ...axis(charted) }),
      numbers(charted, caption, lines),
    ),
  ];
}

function intervals({ kept: { differences }, phase }: Charted): readonly Html[] {
  if (differences.length === 0) return [];
  const confidence = percent(differences[0]?.confidence ?? 0);
  return [
    figure(
      `${phase}-difference`,
      'Green minus blue, in percentage points',
      `By how much the rates may differ; each end holds with ${confidence}, at all looks at once. A bar that lies wholly on one side of 0 is a difference for certain.`,
      drawIntervals(differences.map(({ gate, lower, upper }) => ({ name: gate, lower, upper }))),
      table(
        'Green minus blue, in percentage points',
        ['Gate', 'At least', 'At most'],
        differences.map(({ gate, lower, upper }) => [gate, signedPoints(lower), signedPoints(upper)]),
      ),
      intervalsHeight(differences.length),
    ),
  ];
}

/** A gate that is only observed is drawn, and says so: it neither stops green nor keeps it from passing. */
const nameOf = ({ kept }: Charted, name: string): string =>
  kept.judgement.gates.some(({ gate, observed }) => gate === name && observed !== undefined)
    ? `${name} (observed)`
    : name;

/** Certainties that people know, at ln of the e-values that stand for them. */
const CERTAINTIES = [0, 0.5, 0.9, 0.99, 0.999].map((share) => ({
  at: -Math.log1p(-share),
  label: percent(share),
}));

const axis = ({ phase, gaps }: Charted) => ({
  yTicks: CERTAINTIES,
  xLabel: phase === 'watch' ? 'minutes since promotion' : 'minutes of the canary',
  gaps,
});

const line = ({ at }: Charted, name: string, style: number, values: readonly number[]): Line => ({
  ...{ name, style },
  points: at.map((x, index) => [x, values[index] ?? 0] as const),
});

const numbers = ({ kept, phase, at }: Charted, caption: string, lines: readonly Line[]): Html =>
  minutesTable({
    ...{ caption, minutes: kept.rows, at, lines },
    weights: phase === 'watch' ? 'none' : 'shown',
  });

function highest({ points: all }: Line): string {
  const most = all.reduce((best, one) => (one[1] > best[1] ? one : best), [0, -Infinity] as const);
  const last = all.at(-1);
  if (last === undefined) return '';
  return `The highest was ${certainty(most[1])}, in minute ${most[0]}; the last ${certainty(last[1])}.`;
}

function reached(lines: readonly Line[], limit: number): string {
  const done = lines.flatMap(({ name, points: all }) => {
    const first = all.find(([, value]) => value >= limit);
    return first === undefined ? [] : [`${name} in minute ${first[0]}`];
  });
  return done.length === 0 ? 'None has.' : `Reached by ${done.join(', ')}.`;
}
