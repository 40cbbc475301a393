import type { Evidence } from '../../../lambdas/domain/evidence';
import { judge } from '../../../lambdas/domain/judge/judge';
import type { EndpointSettings } from '../../../lambdas/contract/endpoint-settings';
import { evidenceOfTrace } from '../../../lambdas/domain/trace/evidence-of-trace';
import { judgeSettings } from '../../../lambdas/steps/judgement/kept-judgement';
import { traceOf } from '../../../lab/bench/judge/judges/trace-of';
import { seeded } from '../../../simulator/draws';
import { PLAIN, type SimulatedRegression } from '../../../lab/bench/judge/simulate/setting';
import { simulate } from '../../../lab/bench/judge/simulate/simulate';

export interface Realised {
  /** Shares of the runs. */
  readonly stopped: number;
  readonly inconclusive: number;
  /** Of those that were stopped, from the first minute of traffic until the look; NaN without any. */
  readonly meanMinutes: number;
}

export interface Canaries {
  readonly requestsPerMinute: number;
  readonly errorRate: number;
  readonly weight: number;
  readonly bakeMinutes: number;
  readonly settings: EndpointSettings;
  readonly regression: GreenIs;
  readonly runs: number;
  readonly seed: number;
}

/** What the benchmark's simulator can make of green, and what it knows nothing of. */
export type GreenIs =
  | SimulatedRegression
  | { readonly type: 'throttled'; readonly points: number }
  | { readonly type: 'lost'; readonly part: number }
  | { readonly type: 'fallbacks'; readonly points: number };

/** Share of blue's requests that the user's own gate counts. */
export const FALLBACK_RATE = 0.02;

const SETTLE_MINUTES = 2;

/**
 * What becomes of canaries that know nothing of the plan: the benchmark's simulator, which draws every request of both
 * versions from its own laws, and a look of the judge at each minute's end, as a rollout has them.
 */
export function realised(canaries: Canaries): Realised {
  const { settings, bakeMinutes, runs } = canaries;
  const { extendMinutes } = settings.onInsufficientEvidence;
  const rules = judgeSettings(settings, bakeMinutes);
  const { latency } = settings.gates;
  const ends = Array.from({ length: runs }, (_, run) => {
    const canary = simulated(
      canaries,
      canaries.requestsPerMinute,
      canaries.weight / 100,
      bakeMinutes + extendMinutes,
      run,
    );
    const trace = { ...traceOf(canary), horizonMinutes: bakeMinutes };
    const evidence = counted(evidenceOfTrace(trace, latency === false ? undefined : latency), canaries, run);
    const looks = [bakeMinutes, bakeMinutes + extendMinutes];
    for (const minutes of looks) {
      const judgement = judge({ ...evidence, rows: evidence.rows.slice(0, minutes) }, rules);
      if (judgement.verdict === 'fail') return { end: 'stopped', minute: judgement.decidedAtMinute ?? NaN } as const;
      if (judgement.verdict === 'pass') return { end: 'passed' } as const;
    }
    return { end: 'inconclusive' } as const;
  });
  const minutes = ends.flatMap((one) => (one.end === 'stopped' ? [one.minute + SETTLE_MINUTES] : []));
  return {
    stopped: minutes.length / runs,
    inconclusive: ends.filter(({ end }) => end === 'inconclusive').length / runs,
    meanMinutes: minutes.reduce((sum, minute) => sum + minute, 0) / minutes.length,
  };
}

/** Minutes of a watch in place of the bake's: green has all traffic, beside minutes of blue at the last weight. */
export function realisedWatch(watches: Canaries): Pick<Realised, 'stopped' | 'meanMinutes'> {
  const { settings, runs, requestsPerMinute, weight } = watches;
  const { watchMinutes } = settings;
  const rules = judgeSettings(settings, watchMinutes);
  const { latency } = settings.gates;
  const blueShare = 1 - weight / 100;
  const stops = Array.from({ length: runs }, (_, run) => {
    const { baseline } = traceOf(simulated(watches, requestsPerMinute, 0.5, 1, run));
    const both = simulated(watches, requestsPerMinute * (1 + blueShare), 1 / (1 + blueShare), watchMinutes, run + runs);
    const trace = { ...traceOf(both), baseline, horizonMinutes: watchMinutes, oneAfterTheOther: true };
    const evidence = counted(evidenceOfTrace(trace, latency === false ? undefined : latency), watches, run);
    const judgement = judge({ ...evidence, rows: evidence.rows.map((one) => ({ ...one, weight: 0.5 })) }, rules);
    return judgement.verdict === 'fail' ? [(judgement.decidedAtMinute ?? NaN) + SETTLE_MINUTES] : [];
  }).flat();
  return { stopped: stops.length / runs, meanMinutes: stops.reduce((sum, minute) => sum + minute, 0) / stops.length };
}

const simulated = (canaries: Canaries, ratePerMin: number, weight: number, minutes: number, run: number) =>
  simulate(
    {
      ...PLAIN,
      ratePerMin,
      baselineErrorRate: canaries.errorRate,
      weight,
      regression: isSimulated(canaries.regression) ? canaries.regression : { type: 'none' },
      minutes,
    },
    seeded(canaries.seed, run),
  );

const isSimulated = (regression: GreenIs): regression is SimulatedRegression =>
  regression.type !== 'throttled' && regression.type !== 'fallbacks' && regression.type !== 'lost';

/**
 * Draws what the simulator leaves out: requests turned away, answers of the last class, and what the user's own gate
 * counts.
 */
function counted(evidence: Evidence, { regression, seed }: Canaries, run: number): Evidence {
  const random = seeded(seed, run, 77);
  const fallbacks = (requests: number, more: number) => [
    { events: random.binomial(requests, FALLBACK_RATE + more), requests },
  ];
  const away = regression.type === 'throttled' ? regression.points : 0;
  const more = regression.type === 'fallbacks' ? regression.points : 0;
  const classes = (all: readonly number[]): readonly number[] => {
    const lost = regression.type === 'lost' ? random.binomial(all.at(-1) ?? 0, regression.part) : 0;
    return all.map((count, at) => count + (at === 0 ? lost : at === all.length - 1 ? -lost : 0));
  };
  return {
    ...evidence,
    baseline: evidence.baseline.map((one) => ({
      ...one,
      blue: { ...one.blue, custom: fallbacks(one.blue.invocations, 0) },
    })),
    rows: evidence.rows.map((one) => ({
      ...one,
      blue: { ...one.blue, custom: fallbacks(one.blue.invocations, 0) },
      green: {
        ...one.green,
        // Thinned Poisson streams are independent: so many for each that is let in.
        throttles: random.poisson((one.green.invocations * away) / (1 - away)),
        custom: fallbacks(one.green.invocations, more),
        classes: classes(one.green.classes),
      },
    })),
  };
}
