import type { BenchSummary } from '../run/summary';
import type { BenchReport } from './report';
import { section } from './section';
import { percent } from './words';

export function speedTable(report: BenchReport): string {
  const cells = report.cells.filter(({ suite }) => suite === 'speed');
  const judges = report.judges.filter((judge) => cells.some((cell) => cell.judges[judge]));
  return section(
    'Speed',
    'Share stopped within the hour once green was bad, and the median minute of these stops, at a weight of 10 %; in ' +
      'brackets how many minutes green had been bad by then, where it turned bad later. Stops before that are ' +
      'for no reason ' +
      'and are counted apart, as early.',
    ['case', ...judges],
    cells.map(({ name, setting, judges: by }) => [name, ...judges.map((judge) => shown(by[judge], setting.onset))]),
  );
}

function shown(summary: BenchSummary | undefined, onset: number): string {
  const minute = summary?.medianMinute;
  const since = minute === undefined || onset === 1 ? '' : ` (${minute - onset + 1})`;
  const early = summary && summary.early > 0 ? `; ${percent(summary.early / summary.runs, 1)} early` : '';
  return `${percent(summary?.share, 0)}, ${minute ?? '–'}${since}${early}`;
}
