import { count, milliseconds, percent, roughly } from '../../../domain/numbers';
import { table } from '../../report/sections/table';
import { type Html, type HtmlContent, html, duration } from '../../words/html';
import { type Theme, widget } from '../widget';
import { type Comparison, sideName, inBoth, type Sums, sumsOf, sharesOf } from './comparison';
import type { TrafficPeriod } from '../../../domain/minutes';
import { figure } from '../../charts/frame';
import { drawShares, sharesHeight, drawTimes } from '../../charts/time-chart';

/** Both versions beside each other in numbers, of the periods in which both had requests. */
function numbers({ sides }: Comparison): Html {
  const periods = inBoth(sides);
  const alone = sides.length < 2 || periods.some((one) => one.length === 0);
  const sums = (alone ? sides.map((side) => side.periods) : periods).map(sumsOf);
  const rows: readonly (readonly [string, (of: Sums) => HtmlContent])[] = [
    ['Requests', ({ requests }) => count(requests)],
    ['Failed', ({ failures, requests }) => failed(failures, requests)],
    ['p50', ({ p50 }) => timed(p50)],
    ['p90', ({ p90 }) => timed(p90)],
    ['p99', ({ p99 }) => timed(p99)],
  ];
  return html`${table(
      'Blue and green in numbers',
      ['Measure', ...sides.map(sideName)],
      rows.map(([name, of]) => [name, ...sums.map(of)]),
    )}
    <p class="small">
      ${
        alone
          ? sides.length < 2
            ? 'One version alone: there was no rollout to compare it with.'
            : 'They had no traffic in the same periods: these are all periods of each.'
          : 'Of the periods in which both had requests.'
      }
      Percentiles are those of the periods, weighted by their requests.
    </p>`;
}

const failed = (failures: number, requests: number): HtmlContent =>
  requests === 0 ? 'no requests' : `${percent(failures / requests)} (${count(failures)})`;

const timed = (ms: number | null): string => (ms === null ? 'not timed' : milliseconds(ms));

/** Blue and green of one endpoint beside each other. */
export function renderComparison(comparison: Comparison, theme: Theme): string {
  const { endpoint, sides, range } = comparison;
  const periods = `periods of ${duration(range.periodSeconds * 1000)}`;
  return widget(
    theme,
    html`<p class="head">
        <strong>${endpoint}: ${sides.map(sideName).join(' beside ')}</strong>
        <span class="small">${minute(range.fromMs)} to ${minute(range.untilMs)} UTC, ${periods}</span>
      </p>
      ${
        sides.every((side) => side.periods.length === 0)
          ? html`<p>No request of ${sides.map(sideName).join(' or ')} was counted in this time.</p>`
          : html`${numbers(comparison)}
              <div class="charts">${charts(comparison)}</div>`
      }
      ${weights(comparison)}`,
  );
}

/** Says that there are no numbers, and where else there are some. */
export const renderNoComparison = (endpoint: string, why: string, theme: Theme): string =>
  widget(
    theme,
    html`<p class="head"><strong>${endpoint}</strong></p>
      <p>${why} The graphs below are CloudWatch’s own.</p>`,
  );

const weights = ({ marks }: Comparison): Html =>
  marks.length === 0
    ? html`<p class="small">The weight did not change in this time.</p>`
    : html`<details>
        <summary>Changes of green’s weight</summary>
        ${table(
          'Changes of green’s weight',
          ['Time, UTC', 'Green’s weight'],
          marks.map(({ at, weight }) => [second(at), `${weight} %`]),
        )}
      </details>`;

const minute = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
const second = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

interface ComparedMeasure {
  readonly id: string;
  readonly caption: string;
  readonly of: (period: TrafficPeriod, minutes: number) => number | null;
  readonly inWords: (value: number) => string;
  readonly least: number;
}

/** Behind each chart; a widget with all periods of six charts would be read slowly. */
const MOST_ROWS = 30;

const measures = (timed: Comparison['timed']): readonly ComparedMeasure[] => [
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
const charts = (comparison: Comparison): readonly Html[] => [
  ...measures(comparison.timed).map((measure) => chart(comparison, measure)),
  ...mix(comparison),
];

function chart(
  { endpoint, range, sides, marks }: Comparison,
  { id, caption, of, inWords, least }: ComparedMeasure,
): Html {
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
  inWords: ComparedMeasure['inWords'],
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
