import { milliseconds, percent, roughly } from '../../../domain/numbers';
import type { TrafficPeriod } from '../../../domain/chart-period';
import { figure } from '../../charts/frame';
import { drawShares, sharesHeight } from '../../charts/share-bars';
import { drawTimes } from '../../charts/time-chart';
import { table } from '../../report/sections/table';
import type { Html } from '../../words/html';
import { type Comparison, sideName, inBoth, sharesOf } from './comparison';

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
