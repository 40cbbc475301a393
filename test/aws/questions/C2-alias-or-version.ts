import { call, pointAlias, publishAnother } from '../bench/functions';
import { ofResource, totals } from '../bench/metrics';
import { until } from '../bench/until';
import { NotAskable, answered, type Question } from './question';

export const aliasOrVersion: Question = {
  id: 'C2',
  question: 'Are direct calls of a version counted apart from those of the alias that points at it?',
  assumption: "Yes: under Resource fn:7, and fn:live holds the alias' own calls alone, so that warm-up is not judged",
  buildsOn: ['lambdas/adapters/cloudwatch/read-series.ts', 'lambdas/steps/verification/warm-up.ts'],
  minutes: 16,
  how: 'five calls: two through the alias, three of the version',
  ask: async (bench) => {
    const version = await publishAnother(bench);
    await pointAlias(bench, version);
    const began = bench.clock.now();
    for (const qualifier of ['live', 'live', version, version, version]) await call(bench, {}, qualifier);
    const series = [ofResource(bench, 'live'), ofResource(bench, version)];
    const wait = {
      withinMs: bench.pace.patienceMs,
      everyMs: bench.pace.everyMs,
    };
    const [alias, direct] = await until(bench.clock, wait, async () => {
      const seen = await totals(bench, began, 'Sum', series);
      return (seen[0] ?? 0) + (seen[1] ?? 0) >= 5 ? seen : undefined;
    }).then((seen) => seen ?? totals(bench, began, 'Sum', series));
    if (alias === undefined && direct === undefined && bench.place === 'emulator')
      throw new NotAskable('probe: five calls appear in AWS/Lambda Invocations of neither resource');
    return answered(
      alias === 2 && direct === 3,
      `fn:live ${alias ?? 'none'} of 2, fn:${version} ${direct ?? 'none'} of 3`,
      {
        alias: alias ?? 'none',
        version: direct ?? 'none',
      },
    );
  },
};
