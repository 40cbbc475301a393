import { aimsOf, isMet } from './aims';
import type { BenchReport } from './report';
import { section } from './section';

export function aimsTable(report: BenchReport): string {
  return section(
    'Aims',
    `What ${report.judges[0] ?? 'the judge'} should reach, and what it reached in this run; ` +
      'a look is one judgement of an hour with every gate on and 10 classes.',
    ['', 'reached', 'at most', ''],
    aimsOf(report).map((aim) => [
      aim.what,
      aim.write(aim.value),
      aim.write(aim.atMost),
      isMet(aim) ? 'met' : '**not met**',
    ]),
  );
}
