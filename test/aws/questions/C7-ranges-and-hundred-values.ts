import { MAX_ROWS_COUNTED } from '../../../lambdas/contract/metric-names';
import { call, pointAlias, publishAnother } from '../bench/functions';
import { embeddedBy, totals } from '../bench/metrics';
import { until } from '../bench/until';
import { NotAskable, answered, type Question } from './question';

/** 1 to 10 evenly, as many as one event may hold. */
const VALUES = Array.from({ length: MAX_ROWS_COUNTED }, (_, index) => (index % 10) + 1);

export const rangesAndHundredValues: Question = {
  id: 'C7',
  question: 'Does one embedded event carry 100 values, and does PR(2:5) take 3, 4 and 5 of them, not 2?',
  assumption: 'Yes: 100 values are counted, and a range leaves out its lower bound and takes in its upper one',
  buildsOn: [
    'lambdas/contract/metric-names.ts',
    'lambdas/domain/cells.ts',
    'simulator/services/cloudwatch/statistic.ts',
  ],
  minutes: 16,
  how: 'one call that writes 100 values; one custom metric',
  ask: async (bench) => {
    const version = await publishAnother(bench);
    await pointAlias(bench, version);
    const began = bench.clock.now();
    await call(bench, { values: VALUES });
    const series = [embeddedBy(bench, version)];
    const wait = {
      withinMs: bench.pace.patienceMs,
      everyMs: bench.pace.everyMs,
    };
    const samples = await until(bench.clock, wait, async () => (await totals(bench, began, 'SampleCount', series))[0]);
    if (samples === undefined && bench.place === 'emulator')
      throw new NotAskable('probe: what a function writes in embedded metric format becomes no metric');
    const share = await totals(bench, began, 'PR(2:5)', series).then(
      ([percent]) => percent ?? 'none',
      (error: unknown) => (error as Error).name,
    );
    if (typeof share === 'string' && bench.place === 'emulator')
      throw new NotAskable(`probe: the statistic PR(2:5) gives ${share} for a metric that has samples`);
    return answered(
      samples === VALUES.length && typeof share === 'number' && Math.abs(share - 30) < 0.5,
      `${samples ?? 'none'} of ${VALUES.length} values are counted; PR(2:5) is ${share}, 30 is expected`,
      { samples: samples ?? 'none', share },
    );
  },
};
