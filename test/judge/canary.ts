import type { Evidence } from '../../lambdas/domain/evidence';
import { judge } from '../../lambdas/domain/judge/judge';
import type { Judgement } from '../../lambdas/domain/judge/judgement';
import { seeded } from '../../simulator/draws';
import { PLAIN, type Setting } from '../../lab/bench/judge/simulate/setting';
import { simulate } from '../../lab/bench/judge/simulate/simulate';
import { toTrace, type SimulatedTraceSide } from '../../lab/bench/judge/simulate/trace';
import { settings } from './settings';
import { evidenceOf } from './trace';

export interface Runs extends Partial<Setting> {
  /** Planned minutes, and how many there are. @default 15 */
  readonly minutes?: number;
  /** Canaries, each with a seed of its own. */
  readonly runs: number;
}

/** 1 % errors, 10 % of 1,000 requests a minute to green, which is like blue. */
const USUAL: Setting = { ...PLAIN, ratePerMin: 1000, weight: 0.1, baselineErrorRate: 0.01 };

/** A simulated canary with an hour of blue before it, as the judge gets it. */
export function simulated(setting: Partial<Setting>, minutes: number, seed: number): Evidence {
  const canary = simulate({ ...USUAL, ...setting }, seeded(20_260_105, seed));
  const trace = toTrace({ ...canary, minutes: canary.minutes.slice(0, minutes) }, 'simulated', 'simulated');
  return evidenceOf({
    ...trace,
    baseline: trace.baseline.map((row) => ({ ...row, blue: whole(row.blue) })),
    rows: trace.rows.map((row) => ({ ...row, blue: whole(row.blue), green: whole(row.green) })),
  });
}

/** What the trace's schema fills in; to parse every one would take as long as to judge it. */
const whole = (side: SimulatedTraceSide) => ({ ...side, modelErrors: 0, nonFiniteOutputs: 0, custom: [] });

export const judged = ({ minutes = 15, runs, ...setting }: Runs): Judgement[] =>
  Array.from({ length: runs }, (_, run) =>
    judge(simulated(setting, minutes, run + 1), { ...settings, minimumMinutes: minutes }),
  );
