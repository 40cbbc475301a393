import { isAwsError } from '../../../lambdas/adapters/sdk/answers';
import { call, pointAlias, publishAnother } from '../bench/functions';
import { behindAlias, ofResource, totals } from '../bench/metrics';
import { until } from '../bench/until';
import { NotAskable, answered, type Question } from './question';

const CALLS = 10;

export const throttlesPerVersion: Question = {
  id: 'C3-throttles',
  question: 'Are throttled calls of an alias counted under the version that they would have reached?',
  assumption: 'Yes, so that the throttles gate can compare versions',
  buildsOn: ['lambdas/adapters/cloudwatch/side-queries.ts', 'lambdas/domain/gates/throttles.ts'],
  minutes: 16,
  how: `${CALLS} calls while the function may run 0 at once`,
  ask: async (bench) => {
    const version = await publishAnother(bench);
    await pointAlias(bench, version);
    const began = bench.clock.now();
    await bench.throttle(true);
    let throttled = 0;
    try {
      for (let calls = 0; calls < CALLS; calls += 1)
        await call({ ...bench, ...bench.once }).catch((error: unknown) => {
          if (!isAwsError(error, 'TooManyRequestsException')) throw error;
          throttled += 1;
        });
    } finally {
      await bench.throttle(false);
    }
    if (throttled === 0) throw new NotAskable('probe: a function that may run 0 at once answers all the same');
    const series = [behindAlias(bench, version, 'Throttles'), ofResource(bench, 'live', 'Throttles')];
    const wait = {
      withinMs: bench.pace.patienceMs,
      everyMs: bench.pace.everyMs,
    };
    const [ofVersion, ofAlias] = await until(bench.clock, wait, async () => {
      const seen = await totals(bench, began, 'Sum', series);
      return (seen[0] ?? 0) >= throttled ? seen : undefined;
    }).then((seen) => seen ?? totals(bench, began, 'Sum', series));
    if (ofVersion === undefined && ofAlias === undefined && bench.place === 'emulator')
      throw new NotAskable('probe: throttled calls appear in no AWS/Lambda Throttles of the alias');
    return answered(
      (ofVersion ?? 0) >= throttled,
      `of ${throttled} throttled calls ${ofVersion ?? 'none'} are counted under the version and ` +
        `${ofAlias ?? 'none'} under the alias`,
      { throttled, version: ofVersion ?? 'none', alias: ofAlias ?? 'none' },
    );
  },
};
