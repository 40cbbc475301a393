import type { Evidence } from '../../lambdas/domain/evidence';
import { judge } from '../../lambdas/domain/judge/judge';
import type { Judgement } from '../../lambdas/domain/judge/judgement';
import { seeded } from '../../simulator/draws';
import { BINS, PLAIN, type Setting } from '../../lab/bench/judge/simulate/setting';
import { simulate } from '../../lab/bench/judge/simulate/simulate';
import { type SimulatedTrace, toTrace, type SimulatedTraceSide } from '../../lab/bench/judge/simulate/trace';
import { settings } from './settings';
import { evidenceOf } from './trace';

export interface Runs extends Partial<Setting> {
  /** Planned minutes, and how many there are. @default 15 */
  readonly minutes?: number;
  /** Minutes of an incident in the hour of blue. @default none */
  readonly incident?: number;
  /** Canaries, each with a seed of its own. */
  readonly runs: number;
}

/** 1 % errors, 10 % of 1,000 requests a minute to green, which is like blue. */
const USUAL: Setting = { ...PLAIN, ratePerMin: 1000, weight: 0.1, baselineErrorRate: 0.01 };

/** A simulated canary with an hour of blue before it, as the judge gets it. */
export function simulated(setting: Partial<Setting>, minutes: number, seed: number, incident = 0): Evidence {
  const canary = simulate({ ...USUAL, ...setting }, seeded(20_260_105, seed));
  const trace = afterIncident(
    toTrace({ ...canary, minutes: canary.minutes.slice(0, minutes) }, 'simulated', 'simulated'),
    incident,
  );
  return evidenceOf({
    ...trace,
    baseline: trace.baseline.map((row) => ({ ...row, blue: whole(row.blue) })),
    rows: trace.rows.map((row) => ({ ...row, blue: whole(row.blue), green: whole(row.green) })),
  });
}

/** Requests that take 2.5 times as long are 19 bins further. */
const SLOWER_BINS = Math.round(Math.log(2.5) / Math.log(BINS.ratio));

/** Blue's hour with an incident of so many minutes in it, in which everything took 2.5 times as long. */
const afterIncident = (trace: SimulatedTrace, minutes: number): SimulatedTrace => ({
  ...trace,
  baseline: trace.baseline.map((row, index) => {
    if (index < INCIDENT_FROM || index >= INCIDENT_FROM + minutes) return row;
    const latency = row.blue.latency.map(
      ([bin, count]) => [Math.min(BINS.count - 1, bin + SLOWER_BINS), count] as const,
    );
    return { ...row, blue: { ...row.blue, latency } };
  }),
});
const INCIDENT_FROM = 31;

/** What the trace's schema fills in; to parse every one would take as long as to judge it. */
const whole = (side: SimulatedTraceSide) => ({ ...side, modelErrors: 0, nonFiniteOutputs: 0, custom: [] });

export const judged = ({ minutes = 15, runs, incident, ...setting }: Runs): Judgement[] =>
  Array.from({ length: runs }, (_, run) =>
    judge(simulated(setting, minutes, run + 1, incident), { ...settings, minimumMinutes: minutes }),
  );
