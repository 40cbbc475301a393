import type { KeptEvidence } from '../../../contract/kept-evidence';
import { certainty, percent, count } from '../../../domain/numbers';
import { figure, drawLines, type Line } from '../../charts/frame';
import { type Html, type HtmlContent, html, minutesBetween, timeOfDay } from '../../words/html';
import type { ReportPhase } from '../report-input';
import { table } from './table';

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

/** The number of each judged minute: 1 for the first, and minutes that were left out have theirs. */
export function minuteNumbers({ rows }: { readonly rows: readonly { readonly minute: string }[] }): readonly number[] {
  const start = rows[0]?.minute ?? '';
  return rows.map(({ minute }, index) => Math.round((minutesBetween(start, minute) ?? index) + 1));
}

/** The charts of one document: evidence against its limit, and proof against its limit. */
export function evidenceCharts(kept: KeptEvidence, phase: ReportPhase): readonly Html[] {
  const { rows: minutes } = kept;
  const start = minutes[0]?.minute;
  if (start === undefined) return [];
  const at = minuteNumbers(kept);
  const gaps = kept.leftOut.flatMap(({ minute }) => minutesBetween(start, minute) ?? []).map((minute) => minute + 1);
  const charted: Charted = { kept, phase, at, gaps };
  return [evidenceChart(charted), ...proofChart(charted)];
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
      `Green passes when each gate that decides has reached ${certainty(limit)} and the whole bake is over. ` +
        `${reached(lines, limit)}`,
      drawLines({ lines, limit: { value: limit, name: `pass ${certainty(limit)}` }, ...axis(charted) }),
      numbers(charted, caption, lines),
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
