import { call, pointAlias, publishAnother } from '../bench/functions';
import { embeddedBy, totals } from '../bench/metrics';
import { until } from '../bench/until';
import { NotAskable, answered, type Question } from './question';

/** Whole numbers that bins 10 % wide, as CloudWatch's sketches are said to have, would not tell apart. */
const NEIGHBOURS = [12, 12, 12, 13] as const;
/** Two values, each in the middle of a bin of its own, and what lies between. */
const MIDDLE = (bin: number): number => 1.1 ** (2 * bin + 0.5);
const MIDDLES = [MIDDLE(20), MIDDLE(20), MIDDLE(20), MIDDLE(21)] as const;
const BETWEEN = MIDDLE(20.5);

export const bins: Question = {
  id: 'C7-bins',
  question: 'Does CloudWatch keep values apart that are 8 % apart (12 and 13), and those of 1.1 ** (2 * i + 0.5)?',
  assumption: 'Yes, both: a range counts the values, not the bins that they fall into',
  buildsOn: [
    'lambdas/domain/cells.ts',
    'lambdas/adapters/cloudwatch/side-queries.ts',
    'simulator/services/cloudwatch/statistic.ts',
  ],
  minutes: 16,
  how: 'two calls that write 4 values each, a version each; one custom metric',
  ask: async (bench) => {
    const wait = { withinMs: bench.pace.patienceMs, everyMs: bench.pace.everyMs };
    const shareUpTo = async (values: readonly number[], bound: number) => {
      const version = await publishAnother(bench);
      await pointAlias(bench, version);
      const began = bench.clock.now();
      await call(bench, { values });
      const series = [embeddedBy(bench, version)];
      const found = await until(bench.clock, wait, async () => (await totals(bench, began, 'SampleCount', series))[0]);
      if (found === undefined && bench.place === 'emulator')
        throw new NotAskable('probe: what a function writes in embedded metric format becomes no metric');
      const [share] = await totals(bench, began, `PR(:${bound})`, series).catch((error: unknown) => {
        if (bench.place !== 'emulator') throw error;
        throw new NotAskable(`probe: a percentile rank is refused: ${(error as Error).name}`);
      });
      return share ?? NaN;
    };
    const whole = await shareUpTo(NEIGHBOURS, 12.5);
    const middles = await shareUpTo(MIDDLES, Number(BETWEEN.toFixed(6)));
    const apart = (share: number): boolean => Math.abs(share - 75) < 0.5;
    return answered(
      apart(whole) && apart(middles),
      `of 12, 12, 12 and 13 ${whole} % are up to 12.5, of the middles of bins ${middles} % are up to what lies ` +
        'between; 75 % would be exact',
      { upTo12AndAHalf: whole, middles },
    );
  },
};
