import type { KeptEvidence } from '../../../contract/kept-evidence';
import type { Line } from '../../charts/line-chart';
import { type Content, html } from '../../words/html';
import type { Html } from '../../words/html';
import { count, evidence } from '../../../domain/numbers';
import { timeOfDay } from '../../words/times';
import { table } from './table';

/** Rows of the table behind a chart; a longer one is in the document. */
const MOST_ROWS = 240;

export interface MinutesTable {
  readonly caption: string;
  readonly minutes: KeptEvidence['rows'];
  /** The number of each minute, as the chart counts them. */
  readonly at: readonly number[];
  readonly lines: readonly Line[];
  /** In the watch no request was routed by a weight. */
  readonly weights: 'shown' | 'none';
}

/** What was counted in each minute, beside the values of a chart's lines. */
export function minutesTable({ caption, minutes, at, lines, weights }: MinutesTable): Html {
  const start = minutes[0]?.minute ?? '';
  const first = Math.max(0, minutes.length - MOST_ROWS);
  const rows = minutes
    .slice(first)
    .map(({ minute, weight, blue, green }, offset): readonly Content[] => [
      html`${at[first + offset]} <span class="small">${timeOfDay(minute, start)}</span>`,
      ...(weights === 'shown' ? [`${Math.round(100 * weight)} %`] : []),
      ...[count(blue.invocations), count(blue.errors), count(green.invocations), count(green.errors)],
      ...lines.map(({ points }) => evidence(points[first + offset]?.[1] ?? 0)),
    ]);
  const counts = ['Blue', 'Blue, failed', 'Green', 'Green, failed'];
  const heads = [
    'Minute',
    ...(weights === 'shown' ? ['Weight'] : []),
    ...counts,
    ...lines.map(({ name }) => html`${name} <span class="small">ln e</span>`),
  ];
  const earlier =
    first === 0 ? '' : html`<p>The last ${MOST_ROWS} of ${count(minutes.length)}; the others are kept beside this.</p>`;
  return html`${earlier}${table(caption, heads, rows)}`;
}
