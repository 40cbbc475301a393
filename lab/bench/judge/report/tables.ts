import { aimsTable } from './aims-table';
import { distanceTable } from './distance-table';
import { falseStops, GOOD_SUITES } from './false-stops';
import { type BenchReport, limitedCells } from './report';
import { section } from './section';
import { speedTable } from './speed-table';
import { count, percent } from './words';

const SHOWN_WEIGHT = 0.1;

/** The results as markdown: a heading, a sentence and a table for each question. */
export function tables(report: BenchReport): string {
  return [aimsTable, falseStopsTable, distanceTable, speedTable, foundTable, harmTable, violationsTable]
    .map((table) => table(report))
    .join('\n');
}

function falseStopsTable(report: BenchReport): string {
  const cells = (suite: string) => report.cells.filter((cell) => cell.suite === suite).length;
  return section(
    'False stops',
    'Green is as good as blue, so every stop within the hour is wrong. Share of canaries stopped.',
    ['judge', ...GOOD_SUITES.map((suite) => `${suite} (${cells(suite)} cells)`), 'all', 'worst cell', 'canaries'],
    falseStops(report).map(({ judge, bySuite, all, worstCell, runs }) => [
      judge,
      ...GOOD_SUITES.map((suite) => percent(bySuite[suite])),
      percent(all),
      percent(worstCell),
      count(runs),
    ]),
  );
}

function foundTable(report: BenchReport): string {
  const judges = report.judges.filter((judge) => found(report).some((cell) => cell.judges[judge]));
  return section(
    'Bad greens found',
    `Share stopped within the hour, and the median minute, at a weight of ${percent(SHOWN_WEIGHT, 0)}.`,
    ['case', 'requests/min', ...judges],
    shown(report).map(({ bad: { case: name }, setting, judges: by }) => [
      name,
      count(setting.ratePerMin),
      ...judges.map((judge) => `${percent(by[judge]?.share, 0)}, ${by[judge]?.medianMinute ?? '–'}`),
    ]),
  );
}

function harmTable(report: BenchReport): string {
  const judges = report.judges.filter((judge) => found(report).some((cell) => cell.judges[judge]));
  return section(
    'Bad answers served',
    `Until the stop, or the whole hour without one; mean, at a weight of ${percent(SHOWN_WEIGHT, 0)}.`,
    ['case', ...judges],
    shown(report).map(({ bad: { case: name }, judges: by }) => [
      name,
      ...judges.map((judge) => count(by[judge]?.badAnswers)),
    ]),
  );
}

function violationsTable(report: BenchReport): string {
  const cells = report.cells.filter(({ suite }) => suite === 'violations');
  const judges = report.judges.filter((judge) => cells.some((cell) => cell.judges[judge]));
  return section(
    'When requests are not independent',
    'Green is as good as blue; share of canaries stopped.',
    ['broken assumption', ...judges],
    cells.map(({ name, judges: by }) => [name, ...judges.map((judge) => percent(by[judge]?.share, 1))]),
  );
}

const found = (report: BenchReport) => limitedCells(report, 'found');

const shown = (report: BenchReport) => found(report).filter((cell) => cell.bad.weight === SHOWN_WEIGHT);
