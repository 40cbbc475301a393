import { falseStops, GOOD_SUITES } from './false-stops';
import type { Report, ReportCell } from './report';
import { count, factor, markdownTable, percent } from './words';

const SHOWN_WEIGHT = 0.1;

/** The results as markdown: a heading, a sentence and a table for each question. */
export function tables(report: Report): string {
  return [falseStopsTable, limitTable, foundTable, harmTable, violationsTable].map((table) => table(report)).join('\n');
}

function falseStopsTable(report: Report): string {
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

function limitTable(report: Report): string {
  return section(
    'Distance to the limit',
    'Green requests until the stop, mean of the canaries stopped, and how many times the limit for two samples that is, ' +
      'for the judges that promise a false alarm rate of 1 %. One that keeps it and the tolerances cannot be below 1; ' +
      'one without tolerances is held to the last limit.',
    [
      'case',
      'weight',
      'limit, blue known',
      'limit, two samples',
      'limit, no tolerance',
      ...report.promising.flatMap((judge) => [judge, 'ratio', 'found']),
    ],
    found(report).map(({ found: { case: name, weight, bounds }, judges }) => [
      name,
      percent(weight, 0),
      ...[bounds.known, bounds.twoSample, bounds.noMargin].map(count),
      ...report.promising.flatMap((judge) => {
        const requests = judges[judge]?.greenRequests;
        return [count(requests), factor(requests, bounds.twoSample), percent(judges[judge]?.share, 0)];
      }),
    ]),
  );
}

function foundTable(report: Report): string {
  const judges = report.judges.filter((judge) => found(report).some((cell) => cell.judges[judge]));
  return section(
    'Bad greens found',
    `Share stopped within the hour, and the median minute, at a weight of ${percent(SHOWN_WEIGHT, 0)}.`,
    ['case', 'requests/min', ...judges],
    shown(report).map(({ found: { case: name }, setting, judges: by }) => [
      name,
      count(setting.ratePerMin),
      ...judges.map((judge) => `${percent(by[judge]?.share, 0)}, ${by[judge]?.medianMinute ?? '–'}`),
    ]),
  );
}

function harmTable(report: Report): string {
  const judges = report.judges.filter((judge) => found(report).some((cell) => cell.judges[judge]));
  return section(
    'Bad answers served',
    `Until the stop, or the whole hour without one; mean, at a weight of ${percent(SHOWN_WEIGHT, 0)}.`,
    ['case', ...judges],
    shown(report).map(({ found: { case: name }, judges: by }) => [
      name,
      ...judges.map((judge) => count(by[judge]?.badAnswers)),
    ]),
  );
}

function violationsTable(report: Report): string {
  const cells = report.cells.filter(({ suite }) => suite === 'violations');
  const judges = report.judges.filter((judge) => cells.some((cell) => cell.judges[judge]));
  return section(
    'When requests are not independent',
    'Green is as good as blue; share of canaries stopped.',
    ['broken assumption', ...judges],
    cells.map(({ name, judges: by }) => [name, ...judges.map((judge) => percent(by[judge]?.share, 1))]),
  );
}

type FoundCell = ReportCell & { readonly found: NonNullable<ReportCell['found']> };

const found = ({ cells }: Report): readonly FoundCell[] =>
  cells.filter((cell): cell is FoundCell => cell.found !== undefined);

const shown = (report: Report) => found(report).filter((cell) => cell.found.weight === SHOWN_WEIGHT);

const section = (title: string, text: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `## ${title}\n\n${text}\n\n${markdownTable(head, rows)}`;
