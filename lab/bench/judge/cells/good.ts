import { PLAIN, type SimulatedEnvironment } from '../simulate/setting';
import type { Cell, Suite } from './cell';

const RATES = [1, 10, 100, 1_000, 10_000] as const;
const WEIGHTS = [0.05, 0.1, 0.5] as const;

const grid = (suite: Suite, env: SimulatedEnvironment, errorRates: readonly number[]): readonly Cell[] =>
  RATES.flatMap((ratePerMin) =>
    WEIGHTS.flatMap((weight) =>
      errorRates.map((baselineErrorRate) => ({
        suite,
        name: `${ratePerMin}/min, ${100 * weight} %, errors ${100 * baselineErrorRate} %`,
        setting: { ...PLAIN, env, ratePerMin, weight, baselineErrorRate },
      })),
    ),
  );

/** Green is blue: a judge that stops it is wrong. 60 + 30 + 30 cells. */
export const GOOD_CELLS: readonly Cell[] = [
  ...grid('flat', 'flat', [0, 0.001, 0.01, 0.05]),
  ...grid('trend', 'diurnal', [0.001, 0.01]),
  ...grid('incidents', 'burst', [0.001, 0.01]),
];
