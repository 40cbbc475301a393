import type { KeptEvidence } from '../../../contract/kept-evidence';
import { type EvidenceMinute, evidenceByMeasure, type SideCounts } from '../../../domain/evidence';
import { durationAt } from '../../../domain/gates/latency-quantiles';
import { MINUTE_MS } from '../../../domain/minutes';
import { count, milliseconds, percent } from '../../../domain/numbers';
import { figure } from '../../charts/frame';
import { drawShares, sharesHeight, drawTimes, type TimeLine } from '../../charts/time-chart';
import { type Html, momentOf, timeOfDay } from '../../words/html';
import type { ReportPhase } from '../report-input';
import { table } from './table';

type Rows = readonly EvidenceMinute[];

const SIDES = ['blue', 'green'] as const;
/** Rows of the table behind a chart; a longer one is in the document. */
const MOST_ROWS = 240;

/** Both versions over time, in what people watch: errors, times, and what was answered. */
export function overTime(kept: KeptEvidence, phase: ReportPhase): readonly Html[] {
  if (kept.rows.length === 0) return [];
  return [errors(kept.rows, phase), ...durations(kept, phase), ...answers(kept, phase)];
}

interface DrawnChart {
  readonly id: string;
  readonly caption: string;
  readonly says: string;
  readonly lines: readonly TimeLine[];
  /** Highest value of the axis where all values are 0. */
  readonly least: number;
  readonly inWords: (value: number) => string;
}

function overMinutes(rows: Rows, { id, caption, says, lines, least, inWords }: DrawnChart): Html {
  const start = rows[0]?.minute ?? '';
  const first = momentOf(start) ?? 0;
  const last = momentOf(rows.at(-1)?.minute) ?? first;
  const shown = rows.slice(-MOST_ROWS);
  return figure(
    id,
    caption,
    says,
    drawTimes({
      lines,
      fromMs: first,
      untilMs: last + MINUTE_MS,
      periodMs: MINUTE_MS,
      marks: weightMarks(rows),
      least,
      yTick: inWords,
    }),
    table(
      caption,
      ['Minute, UTC', ...lines.map(({ name }) => name)],
      shown.map(({ minute }) => [
        timeOfDay(minute, start),
        ...lines.map(({ points }) => {
          const found = points.find(([at]) => at === middleOf(minute));
          return found === undefined ? '–' : inWords(found[1]);
        }),
      ]),
    ),
  );
}

const middleOf = (minute: string): number => (momentOf(minute) ?? 0) + MINUTE_MS / 2;

/** Where green's weight became another, the first minute included. */
const weightMarks = (rows: Rows) =>
  rows.flatMap(({ minute, weight }, index) =>
    index > 0 && rows[index - 1]?.weight === weight
      ? []
      : [{ at: momentOf(minute) ?? 0, name: `${Math.round(100 * weight)} %` }],
  );

const lineOf = (
  rows: Rows,
  role: 'blue' | 'green',
  name: string,
  value: (minute: EvidenceMinute, index: number) => number | undefined,
  stroke: 'strong' | 'thin' = 'strong',
): TimeLine => ({
  ...{ name, role, stroke },
  points: rows.flatMap((row, index) => {
    const found = value(row, index);
    return found === undefined ? [] : [[middleOf(row.minute), found] as const];
  }),
});

function errors(rows: Rows, phase: ReportPhase): Html {
  const rate = (role: 'blue' | 'green') =>
    lineOf(rows, role, role, ({ [role]: side }) =>
      side.invocations === 0 ? undefined : side.errors / side.invocations,
    );
  const sum = (role: 'blue' | 'green', of: (side: SideCounts) => number) =>
    rows.reduce((total, { [role]: side }) => total + of(side), 0);
  const says = SIDES.map((role) => {
    const [failed, all] = [sum(role, (side) => side.errors), sum(role, (side) => side.invocations)];
    return all === 0
      ? `${role} had no request`
      : `${role} failed ${percent(failed / all)} (${count(failed)} of ${count(all)})`;
  });
  return overMinutes(rows, {
    ...{ id: `${phase}-errors`, caption: 'Requests that failed', says: `In all ${says.join(', ')}.` },
    ...{ lines: SIDES.map(rate), least: 0.01, inWords: percent },
  });
}

/** A quantile of fewer requests says nothing: so many are taken together with those of the minutes before. */
const FEWEST = { 0.5: 20, 0.99: 200 } as const;
const MOST_POOLED = 10;

function durations({ rows, thresholds }: KeptEvidence, phase: ReportPhase): readonly Html[] {
  if (thresholds.length === 0) return [];
  const at = (role: 'blue' | 'green', share: keyof typeof FEWEST, index: number): number | undefined => {
    let [from, requests] = [index, rows[index]?.[role].durations ?? 0];
    while (from > 0 && index - from < MOST_POOLED && requests < FEWEST[share])
      requests += rows[--from]?.[role].durations ?? 0;
    return durationAt(thresholds, rows.slice(from, index + 1), role, share)?.ms;
  };
  const lines = ([0.5, 0.99] as const).flatMap((share) =>
    SIDES.map((role) =>
      lineOf(
        rows,
        role,
        `${role} p${100 * share}`,
        (_, index) => at(role, share, index),
        share === 0.5 ? 'strong' : 'thin',
      ),
    ),
  );
  const says = ([0.5, 0.99] as const).map((share) => {
    const [blue, green] = SIDES.map((role) => {
      const found = durationAt(thresholds, rows, role, share);
      return found === undefined ? 'not timed' : `${found.is === 'at' ? '' : `${found.is} `}${milliseconds(found.ms)}`;
    });
    return `p${100 * share} of green ${green}, of blue ${blue}`;
  });
  return [
    overMinutes(rows, {
      ...{ id: `${phase}-durations`, caption: 'Time of an answer: p50 and p99, ms' },
      says: `In all, ${says.join('; ')}. Times are counted at a few bounds, and read off between them.`,
      ...{ lines, least: 1, inWords: milliseconds },
    }),
  ];
}

/** Charts of single classes; the bars have them all. */
const MOST_LINES = 2;
/** Less is what two versions of the same answers differ by; the bars show it. */
const VISIBLY = 0.005;
/** Bars of more classes are no picture: those that differ most are drawn. */
const MOST_BARS = 10;
const MOST_MEASURES = 3;

/**
 * What was answered: each class, or range of a score, as a share of both versions' answers, and those that differ most
 * over time.
 */
function answers(kept: KeptEvidence, phase: ReportPhase): readonly Html[] {
  return evidenceByMeasure(kept)
    .slice(0, MOST_MEASURES)
    .flatMap((measure, place) => {
      const { rows, classNames } = measure;
      const totals = SIDES.map((role) => classNames.map((_, index) => sumOf(rows, role, index)));
      if (classNames.length < 2 || totals.some((one) => sum(one) === 0)) return [];
      const shares = totals.map((one) => one.map((events) => events / sum(one)));
      const differing = classNames
        .map((name, index) => ({ name, index, apart: Math.abs((shares[1]?.[index] ?? 0) - (shares[0]?.[index] ?? 0)) }))
        .sort((a, b) => b.apart - a.apart);
      const drawn = differing.slice(0, MOST_BARS).sort((a, b) => a.index - b.index);
      const id = `${phase}-answers-${place}`;
      const named =
        kept.measures === undefined || kept.measures.length < 2 ? '' : `: ${kept.measures[place]?.name ?? ''}`;
      const caption = `What was answered${named}`;
      const most = differing[0];
      const ofThose =
        drawn.length < classNames.length ? `, of the ${drawn.length} of ${classNames.length} that differ most` : '';
      const bars = figure(
        id,
        caption,
        `Shares of the answers, blue above green${ofThose}. ${
          most === undefined
            ? ''
            : `Most apart: ${most.name}, ${percent(shares[0]?.[most.index] ?? 0)} of blue’s and ` +
              `${percent(shares[1]?.[most.index] ?? 0)} of green’s.`
        }`,
        drawShares(
          drawn.map(({ name }) => name),
          SIDES.map((role, side) => ({
            ...{ name: role, role },
            shares: drawn.map(({ index }) => shares[side]?.[index] ?? 0),
          })),
        ),
        table(
          caption,
          ['Answer', 'Blue', 'Green'],
          classNames.map((name, index) => [name, ...shares.map((side) => percent(side[index] ?? 0))]),
        ),
        sharesHeight(drawn.length, 2),
      );
      const over = rows.length < 2 ? [] : differing.slice(0, MOST_LINES).filter(({ apart }) => apart >= VISIBLY);
      return [
        bars,
        ...over.map(({ name, index }) =>
          overMinutes(rows, {
            ...{ id: `${id}-${index}`, caption: `Share of the answers: ${name}` },
            says:
              `${percent(shares[1]?.[index] ?? 0)} of green’s and ${percent(shares[0]?.[index] ?? 0)} of blue’s in ` +
              'all.',
            lines: SIDES.map((role) =>
              lineOf(rows, role, role, ({ [role]: side }) =>
                sum(side.classes) === 0 ? undefined : (side.classes[index] ?? 0) / sum(side.classes),
              ),
            ),
            ...{ least: 0.01, inWords: percent },
          }),
        ),
      ];
    });
}

const sumOf = (rows: Rows, role: 'blue' | 'green', index: number): number =>
  rows.reduce((total, { [role]: side }) => total + (side.classes[index] ?? 0), 0);

const sum = (counts: readonly number[]): number => counts.reduce((total, one) => total + one, 0);
