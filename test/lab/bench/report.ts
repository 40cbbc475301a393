import type { Cell } from '../../../lab/bench/judge/cells/cell';
import { type BenchReport, reportOf } from '../../../lab/bench/judge/report/report';
import type { LookTime } from '../../../lab/bench/judge/run/look-time';
import type { BenchSummary } from '../../../lab/bench/judge/run/summary';

/** Made-up results of a judge called A, which promises the false alarm rate of the limits. */
export const reportWith = (
  results: readonly { readonly cell: Cell; readonly judges: Readonly<Record<string, BenchSummary>> }[],
  look: LookTime = { fastestMs: 2, medianMs: 3 },
): BenchReport =>
  reportOf(
    results,
    [{ judge: { name: 'A', stopMinute: () => undefined }, suites: [], everyNth: 1, falseAlarmRate: 0.01 }],
    'quick',
    1,
    look,
  );

/** Of 100 runs: all stopped where there are green requests, else none; or as said. */
export function summaryOf(changes: Partial<BenchSummary>): BenchSummary {
  const stopped = changes.stopped ?? (changes.greenRequests === undefined ? 0 : 100);
  return {
    runs: 100,
    stopped,
    share: stopped / 100,
    early: 0,
    meanMinute: undefined,
    medianMinute: undefined,
    greenRequests: undefined,
    badAnswers: 0,
    ...changes,
  };
}
