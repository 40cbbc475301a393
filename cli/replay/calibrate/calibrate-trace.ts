import { ArgumentsInvalid } from '../../../tools/arguments-invalid';
import { judge } from '../../../lambdas/domain/judge/judge';
import { withBlueInBins } from '../../../lambdas/domain/trace/bins';
import { evidenceOfTrace } from '../../../lambdas/domain/trace/evidence-of-trace';
import type { Trace } from '../../../lambdas/domain/trace/trace';
import type { CalibrationArguments } from '../arguments';
import type { ReplayRules } from '../rules';
import { blueAgainstBlue, type BlueAgainstBlue, type SplitOf } from './blue-against-blue';
import { seeded } from '../../../simulator/draws';
import { type CalibratedRegression, regressionsOf, type Size } from './regressions';
import { type Share, wilson } from './wilson';

/** Runs per size of a regression: the answer is a step of a grid, not a digit. */
const MOST_POWER_RUNS = 50;
/** A regression counts as found when at least this part of the runs stops it. */
const POWER = 0.8;

export interface Calibration {
  readonly id: string;
  readonly seed: number;
  readonly minutes: number;
  /** Blue's requests per minute, of which pseudo-green gets its weight. */
  readonly requestsPerMinute: number;
  readonly falseAlarmRate: number;
  /** How often blue was stopped for not being like blue: split within each minute, and between neighbouring minutes. */
  readonly falseStops: { readonly sameMinute: Share; readonly nextMinute: Share };
  /** Per kind, the smallest regression that at least 80 % of the runs stop; null when none is. */
  readonly smallestFound: Readonly<Record<string, { readonly size: number; readonly inWords: string } | null>>;
}

/** Judges blue against itself, often, and then with one regression after another put into pseudo-green. */
export function calibrateTrace(
  recorded: Trace,
  rules: ReplayRules,
  { seed, runs, weight }: CalibrationArguments,
): Calibration {
  const trace = withBlueInBins(recorded);
  const blue = blueAgainstBlue(trace, rules, weight === undefined ? undefined : weight / 100);
  if (blue.minutes === 0)
    throw new ArgumentsInvalid(`${trace.id}: has no minutes of blue to split, in rows or in baseline`);
  const stops = (of: SplitOf, run: number, size?: Size): boolean => {
    const canary = blue.draw(of, seeded(seed, run), size?.worsen);
    return judge(evidenceOfTrace(canary, rules.margins), rules.settings).verdict === 'fail';
  };
  const share = (of: SplitOf): Share =>
    wilson(
      count(runs, (run) => stops(of, run)),
      runs,
    );
  const found = (size: Size) => mostRuns(Math.min(runs, MOST_POWER_RUNS), (run) => stops('same minute', run, size));
  return {
    id: trace.id,
    seed,
    minutes: blue.minutes,
    requestsPerMinute: requestsPerMinute(blue, seed),
    falseAlarmRate: rules.settings.falseAlarmRate,
    falseStops: { sameMinute: share('same minute'), nextMinute: share('next minute') },
    smallestFound: Object.fromEntries(
      regressionsOf(trace, classTotals(trace))
        .filter(({ kind }) => rules.settings.gates[kind] !== undefined)
        .map((regression) => [regression.kind, smallest(regression, found)]),
    ),
  };
}

const count = (runs: number, happens: (run: number) => boolean): number =>
  Array.from({ length: runs }, (_, run) => run).filter(happens).length;

/** Whether it happens in at least 80 % of the runs; stops as soon as that is settled. */
function mostRuns(runs: number, happens: (run: number) => boolean): boolean {
  let missed = 0;
  for (let run = 0; run < runs; run++) {
    if (!happens(run)) missed += 1;
    if (missed > (1 - POWER) * runs + 1e-9) return false;
  }
  return true;
}

/** By halving: a larger regression is found at least as often. */
function smallest({ sizes }: CalibratedRegression, found: (size: Size) => boolean) {
  let [low, high] = [0, sizes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const size = sizes[middle];
    if (size !== undefined && found(size)) high = middle;
    else low = middle + 1;
  }
  const least = sizes[low];
  return least === undefined ? null : { size: least.size, inWords: least.inWords };
}

function classTotals({ baseline, rows, classNames }: Trace): readonly number[] {
  const blues = [...baseline, ...rows].map(({ blue }) => blue);
  return classNames.map((_, index) => blues.reduce((sum, { classes }) => sum + (classes[index] ?? 0), 0));
}

function requestsPerMinute(blue: BlueAgainstBlue, seed: number): number {
  const { rows } = blue.draw('same minute', seeded(seed));
  const all = rows.reduce((sum, row) => sum + row.blue.invocations + row.green.invocations, 0);
  return Math.round((10 * all) / rows.length) / 10;
}
