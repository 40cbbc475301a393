import type { Suite } from '../cells/cell';
import type { BenchReport } from './report';

export const GOOD_SUITES = ['flat', 'trend', 'incidents'] as const satisfies readonly Suite[];

/** How often a judge stopped a green that was as good as blue; shares from 0 to 1. */
export interface FalseStops {
  readonly judge: string;
  readonly runs: number;
  readonly stopped: number;
  readonly all: number;
  readonly bySuite: Readonly<Record<(typeof GOOD_SUITES)[number], number>>;
  readonly worstCell: number;
}

/** Of each judge that took part in the good suites. */
export function falseStops({ judges, cells }: BenchReport): readonly FalseStops[] {
  return judges.flatMap((judge): FalseStops[] => {
    const of = (suites: readonly Suite[]) =>
      cells.flatMap((cell) => {
        const summary = suites.includes(cell.suite) ? cell.judges[judge] : undefined;
        return summary ? [summary] : [];
      });
    const share = (suites: readonly Suite[]) => sum(of(suites), 'stopped') / sum(of(suites), 'runs');
    const every = of(GOOD_SUITES);
    if (every.length === 0) return [];
    return [
      {
        judge,
        runs: sum(every, 'runs'),
        stopped: sum(every, 'stopped'),
        all: share(GOOD_SUITES),
        bySuite: { flat: share(['flat']), trend: share(['trend']), incidents: share(['incidents']) },
        worstCell: every.reduce((worst, summary) => Math.max(worst, summary.share), 0),
      },
    ];
  });
}

const sum = (summaries: readonly { readonly runs: number; readonly stopped: number }[], key: 'runs' | 'stopped') =>
  summaries.reduce((total, summary) => total + summary[key], 0);
