import { distanceOf } from './distance';
import { falseStops } from './false-stops';
import type { BenchReport, ReportCell } from './report';
import { count, factor, percent } from './words';

/** One thing that the judge should reach, and what it reached here. */
export interface Aim {
  readonly what: string;
  /** Undefined where it was not measured, or never happened. */
  readonly value: number | undefined;
  readonly atMost: number;
  /** How the two are written. */
  readonly write: (value: number | undefined) => string;
}

/** NaN and undefined are not met: what was not measured was not reached. */
export const isMet = ({ value, atMost }: Aim): boolean => value !== undefined && value <= atMost;

/** Of the report's first judge. */
export function aimsOf(report: BenchReport): readonly Aim[] {
  const [judge = ''] = report.judges;
  const stops = falseStops(report).find((one) => one.judge === judge);
  const distance = distanceOf(report, judge);
  const violated = (of: (cell: ReportCell) => boolean) =>
    worstShare(
      report.cells.filter((cell) => cell.suite === 'violations' && of(cell)),
      judge,
    );
  const speed = (of: (cell: ReportCell) => boolean) =>
    report.cells.find((cell) => cell.suite === 'speed' && of(cell) && isUsual(cell))?.judges[judge];
  const milliseconds = (value: number | undefined) => (value === undefined ? '–' : `${value.toFixed(1)} ms`);
  const times = (value: number | undefined) => factor(value, 1);
  return [
    { what: 'false stops, all canaries', value: stops?.all, atMost: 0.001, write: percent },
    { what: 'false stops, worst setting', value: stops?.worstCell, atMost: 0.005, write: percent },
    { what: 'distance to the limit, median', value: distance?.median, atMost: 1.6, write: times },
    {
      what: 'distance to the limit, slow tail at its worst weight',
      value: distance?.slowTail,
      atMost: 2.5,
      write: times,
    },
    {
      what: 'false stops in latency noise of 10 % a minute, 10,000/min',
      value: violated(({ setting }) => setting.versionNoise === 0.1 && setting.ratePerMin === 10_000),
      atMost: 0.05,
      write: percent,
    },
    {
      what: 'false stops, failures in clusters of 10',
      value: violated(({ setting }) => setting.cluster === 10),
      atMost: 0.1,
      write: percent,
    },
    {
      what: 'false stops in error odds noise of 0.6',
      value: violated(({ setting }) => setting.errorOddsNoise === 0.6),
      atMost: 0.05,
      write: percent,
    },
    {
      what: 'median minute, latency +30 %, 1,000/min',
      value: minuteOfMost(speed(({ setting: { regression } }) => regression.type === 'lat' && regression.x === 1.3)),
      atMost: 3,
      write: count,
    },
    {
      what: 'median minute, failures 1 % → 5 %, 1,000/min',
      value: minuteOfMost(speed(({ setting: { regression } }) => regression.type === 'errx' && regression.x === 5)),
      atMost: 3,
      write: count,
    },
    { what: 'one look at an hour, median of 100', value: report.look.medianMs, atMost: 5, write: milliseconds },
    { what: 'one look at an hour, fastest of 100', value: report.look.fastestMs, atMost: 5, write: milliseconds },
  ];
}

/** Bad from the first minute, 1,000 requests a minute, independent ones. */
const isUsual = ({ setting }: ReportCell): boolean =>
  setting.ratePerMin === 1_000 && setting.onset === 1 && setting.cluster === 1 && setting.versionNoise === 0;

function worstShare(cells: readonly ReportCell[], judge: string): number | undefined {
  const shares = cells.flatMap((cell) => cell.judges[judge]?.share ?? []);
  return shares.length === 0 ? undefined : Math.max(...shares);
}

/** The median of those stopped, if it stopped nearly all: else it would praise a judge for what it missed. */
const minuteOfMost = (summary: ReportCell['judges'][string] | undefined): number | undefined =>
  summary && summary.share >= 0.95 ? summary.medianMinute : undefined;
