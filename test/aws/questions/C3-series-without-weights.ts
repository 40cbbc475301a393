import { call, pointAlias, publishAnother } from '../bench/functions';
import { behindAlias, ofResource, totals } from '../bench/metrics';
import { until } from '../bench/until';
import { NotAskable, answered, type Question } from './question';

const METRICS = ['Invocations', 'Errors', 'Duration', 'Throttles', 'ConcurrentExecutions'] as const;
/** What the judge reads per version. */
const NEEDED = METRICS.slice(0, 4);
const CALLS = 5;

export const seriesWithoutWeights: Question = {
  id: 'C3',
  question: 'Does an alias without weights have series per ExecutedVersion, and of which metrics?',
  assumption:
    "Yes, of Invocations, Errors, Duration and Throttles. (If not, blue's hour before the canary is read from " +
    'the alias as a whole)',
  buildsOn: [
    'lambdas/adapters/cloudwatch/baseline.ts',
    'lambdas/adapters/cloudwatch/read-series.ts',
    'simulator/services/lambda/invoker.ts',
  ],
  minutes: 16,
  how: `${CALLS} calls of an alias without weights`,
  ask: async (bench) => {
    const version = await publishAnother(bench);
    await pointAlias(bench, version);
    const began = bench.clock.now();
    for (let calls = 0; calls < CALLS; calls += 1) await call(bench);
    const series = METRICS.map((metric) => behindAlias(bench, version, metric));
    const wait = {
      withinMs: bench.pace.patienceMs,
      everyMs: bench.pace.everyMs,
    };
    const there = async () => {
      const counts = await totals(bench, began, 'SampleCount', [ofResource(bench, 'live'), ...series]);
      return {
        alias: counts[0],
        found: METRICS.filter((_, index) => counts[index + 1] !== undefined),
      };
    };
    const complete = ({ found }: Awaited<ReturnType<typeof there>>) => NEEDED.every((one) => found.includes(one));
    const { alias, found } = await until(bench.clock, wait, async () => {
      const seen = await there();
      return complete(seen) ? seen : undefined;
    }).then((seen) => seen ?? there());
    if (alias === undefined && found.length === 0 && bench.place === 'emulator')
      throw new NotAskable('probe: calls of an alias appear in AWS/Lambda under neither the alias nor its version');
    const missing = METRICS.filter((metric) => !found.includes(metric));
    return answered(
      NEEDED.every((metric) => found.includes(metric)),
      `there are ${found.join(', ') || 'none'}; missing ${missing.join(', ') || 'none'}`,
      Object.fromEntries(METRICS.map((metric) => [metric, found.includes(metric)])),
    );
  },
};
