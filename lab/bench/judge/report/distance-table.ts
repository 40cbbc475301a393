import { type Distance, distanceOf, ratioOf } from './distance';
import { type BenchReport, limitedCells } from './report';
import { section } from './section';
import { count, factor, percent } from './words';

export function distanceTable(report: BenchReport): string {
  const cells = limitedCells(report, 'distance');
  const last = (name: string, of: (distance: Distance) => number) => [
    name,
    ...['', '', '', ''],
    ...report.promising.flatMap((judge) => {
      const distance = distanceOf(report, judge);
      return ['', distance ? times(of(distance)) : '–', distance ? percent(distance.found, 0) : '–'];
    }),
  ];
  return section(
    'Distance to the limit',
    'Green requests until the stop, how many times the limit for two samples that is, and the share found, for ' +
      'the judges ' +
      'that promise a false alarm rate of 1 %. One that keeps it and the tolerances cannot be below 1; one without ' +
      'tolerances is held to the last limit. Means are over the canaries that the judge stopped, within two and ' +
      'a half ' +
      'hours of which one was planned: where it found fewer than all, its ratio is too kind. Traffic is such ' +
      'that the limit ' +
      `takes 20 minutes. The last rows are over all ${cells.length} settings.`,
    [
      'case',
      'weight',
      'limit, blue known',
      'limit, two samples',
      'limit, no tolerance',
      ...report.promising.flatMap((judge) => [judge, 'ratio', 'found']),
    ],
    [
      ...cells.map((cell) => [
        cell.bad.case,
        percent(cell.bad.weight, 0),
        ...[cell.bad.bounds.known, cell.bad.bounds.twoSample, cell.bad.bounds.noMargin].map(count),
        ...report.promising.flatMap((judge) => [
          count(cell.judges[judge]?.greenRequests),
          times(ratioOf(cell, judge)),
          percent(cell.judges[judge]?.share, 0),
        ]),
      ]),
      last('**median**', ({ median }) => median),
      last('**worst**', ({ worst }) => worst),
      last('**slow tail, worst weight**', ({ slowTail }) => slowTail),
    ],
  );
}

const times = (value: number | undefined): string => (value === Infinity ? 'never' : factor(value, 1));
