import { judge } from '../../lambdas/domain/judge/judge';
import type { EndpointSettings } from '../../lambdas/contract/endpoint-settings';
import { evidenceOfTrace } from '../../lambdas/domain/trace/evidence-of-trace';
import { judgeSettings } from '../../lambdas/steps/judging/judge-settings';
import { traceOf } from '../../local/bench/judge/judges/trace-of';
import { seeded } from '../../local/bench/judge/simulate/random';
import { PLAIN, type Regression } from '../../local/bench/judge/simulate/setting';
import { simulate } from '../../local/bench/judge/simulate/simulate';

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
  readonly regression: Regression;
  readonly runs: number;
  readonly seed: number;
}

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
    const canary = simulate(
      {
        ...PLAIN,
        ratePerMin: canaries.requestsPerMinute,
        baselineErrorRate: canaries.errorRate,
        weight: canaries.weight / 100,
        regression: canaries.regression,
        minutes: bakeMinutes + extendMinutes,
      },
      seeded(canaries.seed, run),
    );
    const trace = { ...traceOf(canary), horizonMinutes: bakeMinutes };
    const evidence = evidenceOfTrace(trace, latency === false ? undefined : latency);
    const looks = [bakeMinutes, bakeMinutes + extendMinutes];
    for (const minutes of looks) {
      const judgement = judge({ ...evidence, minutes: evidence.minutes.slice(0, minutes) }, rules);
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
