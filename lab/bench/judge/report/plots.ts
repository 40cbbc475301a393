import type { TopLevelSpec } from 'vega-lite';
import { falseStops } from './false-stops';
import { ratioOf } from './distance';
import { type BenchReport, limitedCells } from './report';

export interface Plot {
  readonly file: string;
  readonly svg: string;
}

/** Pictures of the results, drawn without a browser. */
export async function plots(report: BenchReport): Promise<readonly Plot[]> {
  // Both packages are ES modules, and vega has a top-level await, so they cannot be imported like the rest.
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const draw = async (file: string, spec: TopLevelSpec): Promise<Plot> => {
    const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
    const svg = await view.toSVG();
    view.finalize();
    return { file, svg: `${svg}\n` };
  };
  return Promise.all([
    draw('false-stops.svg', falseStopsPlot(report)),
    draw('distance.svg', distancePlot(report)),
    draw('minutes.svg', minutesPlot(report)),
  ]);
}

const LOOK = { config: { background: 'white', view: { stroke: null } } } as const;

/** Bars on a log scale begin at half a canary in all, so that none in so many is still a bar. */
function falseStopsPlot(report: BenchReport): TopLevelSpec {
  const values = falseStops(report).flatMap(({ judge, all, worstCell, runs }) => [
    { judge, of: 'all canaries', percent: 100 * Math.max(all, 0.5 / runs) },
    { judge, of: 'worst cell', percent: 100 * Math.max(worstCell, 0.5 / runs) },
  ]);
  const least = Math.min(...values.map(({ percent }) => percent)) / 2;
  return {
    ...LOOK,
    title: 'Good greens stopped within the hour',
    width: 420,
    data: { values },
    mark: 'bar',
    encoding: {
      y: { field: 'judge', type: 'nominal', sort: [...report.judges], title: null },
      yOffset: { field: 'of' },
      x: {
        field: 'percent',
        type: 'quantitative',
        scale: { type: 'log', domain: [least, 100] },
        axis: { grid: false },
        title: 'percent',
      },
      x2: { datum: least },
      color: { field: 'of', type: 'nominal', title: null },
    },
  };
}

/** Of the judges that promise a false alarm rate, how far from the least possible. */
function distancePlot(report: BenchReport): TopLevelSpec {
  const values = limitedCells(report, 'distance').flatMap((cell) =>
    report.promising.flatMap((judge) => {
      const ratio = ratioOf(cell, judge);
      const weight = `${100 * cell.bad.weight} %`;
      return ratio === undefined ? [] : [{ case: cell.bad.case, judge, weight, ratio }];
    }),
  );
  return {
    ...LOOK,
    data: { values },
    facet: {
      column: { field: 'judge', sort: [...report.promising], title: 'Green requests until the stop, over the limit' },
    },
    spec: {
      width: 220,
      mark: { type: 'point', filled: true, size: 60 },
      encoding: {
        y: { field: 'case', type: 'nominal', sort: null, title: null },
        x: { field: 'ratio', type: 'quantitative', scale: { type: 'log' }, title: 'times the limit' },
        color: { field: 'weight', type: 'nominal', sort: null },
      },
    },
  };
}

/** Every judge on every bad green at 10 %: how many found (colour), and the median minute. */
function minutesPlot(report: BenchReport): TopLevelSpec {
  const values = limitedCells(report, 'found').flatMap(({ bad, judges }) =>
    bad.weight === 0.1
      ? Object.entries(judges).map(([judge, { share, medianMinute }]) => ({
          case: bad.case,
          judge,
          share,
          minute: medianMinute ?? '',
        }))
      : [],
  );
  const place = {
    x: { field: 'judge', type: 'nominal', sort: [...report.judges], title: null },
    y: { field: 'case', type: 'nominal', sort: null, title: null },
  } as const;
  return {
    ...LOOK,
    title: 'Bad greens stopped within the hour at 10 %, and the median minute',
    width: { step: 52 },
    height: { step: 24 },
    data: { values },
    layer: [
      {
        mark: 'rect',
        encoding: {
          ...place,
          color: {
            field: 'share',
            type: 'quantitative',
            scale: { domain: [0, 1], range: ['#f2f6fb', '#6baed6'] },
            title: 'found',
          },
        },
      },
      { mark: 'text', encoding: { ...place, text: { field: 'minute' } } },
    ],
  };
}
