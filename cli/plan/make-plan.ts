import { PRICES_2026_11 } from '../../lambdas/contract/prices-2026-11';
import { minutesOfCanary, plannedCost, rolloutMinutes } from '../cost/planned-cost';
import type { Prices } from '../../lambdas/domain/cost/prices';
import { latencyThresholds } from '../../lambdas/domain/latency-thresholds';
import { drawnBaseline } from '../../lambdas/domain/plan/draw-canary';
import { dayDurations, robustQuantiles } from '../../lambdas/domain/plan/durations';
import {
  type Plan,
  type Suggestion,
  bakesForProof,
  candidates,
  gatesInTheWay,
  MOST_INCONCLUSIVE,
  strategyOf,
  SUGGESTED_WEIGHTS,
} from './plan';
import { plannedReplay, type ProofMinutes } from '../../lambdas/domain/plan/time-to-proof';
import { notExcludedAt } from '../../lambdas/domain/plan/outlook';
import { type PlanQuestion, simulated, notTried, scalesOf } from '../../lambdas/domain/plan/question';
import { expectedSteps, scheduleOf, SETTLE_MINUTES } from '../../lambdas/domain/plan/schedule';
import { type GoodGreen, goodGreen, summaryOf, watchSummaryOf, scheduleOfWatch } from './summary';
import {
  endsOnProof,
  minutesOfWatch,
  plannedMinutes,
  type StrategyStep,
  strategySteps,
} from '../../lambdas/domain/strategy';
import { type PlanRequest, questionOf } from './request';
import { adviceFor } from './advice';
import { trafficOf } from './traffic';
import { overAll, type Workers } from './workers';

export interface Planning {
  readonly workers: (question: PlanQuestion) => Workers;
  /** Told how much is done, 0 to 1. */
  readonly progress: (done: number) => void;
  readonly prices?: Prices;
}

/**
 * Canaries that are tried, proved and checked. Of a bake longer than half an hour fewer are tried: each takes as much
 * longer.
 */
const EFFORT = {
  usual: { tries: 300, fewest: 40, proofs: 60, checks: 100 },
  quick: { tries: 100, fewest: 20, proofs: 20, checks: 40 },
} as const;
const USUAL_MINUTES = 40;
/** So many suggestions are checked, at most. */
const MOST_CHECKS = 3;

/** Answers whether this canary can prove anything, by simulating it with the judge itself. */
export async function makePlan(
  request: PlanRequest,
  { workers, progress, prices = PRICES_2026_11 }: Planning,
): Promise<Plan> {
  const { settings, strategy, day, seed } = request;
  const { question, notCounted } = questionOf(request);
  const traffic = trafficOf(day, request.source);
  const steps = expectedSteps(strategySteps(strategy), traffic.requestsPerMinute);
  const schedule = scheduleOf(steps, question.extendMinutes);
  const effort = EFFORT[request.effort];
  const triesOf = (minutes: number): number =>
    minutes === 0
      ? 0
      : Math.max(effort.fewest, Math.min(effort.tries, Math.round((effort.tries * USUAL_MINUTES) / minutes)));
  const tries = triesOf(schedule.minutes.length);
  const all = tries * (settings.watchMinutes === 0 ? 1 : 2) + effort.proofs * SUGGESTED_WEIGHTS.length;
  let done = 0;
  const told = (runs: number) => progress(Math.min(1, (done += runs) / all));
  const pool = workers(question);
  try {
    const tried = await overAll(pool, tries, (range) => ({ kind: 'try', steps, ...range }), told);
    const scales = scalesOf(question);
    const summary = summaryOf(tried, { scales, schedule });
    const typical = typicalSteps(steps, summary.goodGreen);
    const watchMinutes = minutesOfWatch(steps, settings, minutesOfCanary(typical));
    const watches = Math.min(tries, triesOf(scheduleOfWatch(watchMinutes).minutes.length));
    const watched = await overAll(pool, watches, (range) => ({ kind: 'watch', steps, watchMinutes, ...range }), told);
    const watch = watchMinutes === 0 ? null : watchSummaryOf(watched, { scales, watchMinutes });
    const proofs = new Map<number, readonly ProofMinutes[]>();
    for (const weight of SUGGESTED_WEIGHTS)
      proofs.set(weight, await overAll(pool, effort.proofs, (range) => ({ kind: 'prove', weight, ...range }), told));
    const needed = bakesForProof(proofs);
    const baseline = baselineOf(question);
    return {
      endpoint: settings.name,
      strategy,
      traffic,
      simulated: { canaries: tries, seed },
      rolloutMinutes: rolloutMinutes({ steps: typical, watchMinutes }),
      extendMinutes: question.extendMinutes,
      withoutProof: settings.onInsufficientEvidence.then,
      notCounted,
      ...summary,
      notTried: notTried(question),
      notExcluded: notExcludedAt(drawnBaseline(simulated(question, steps, question.extendMinutes), 0), {
        ...{ steps: strategySteps(strategy), extendMinutes: question.extendMinutes, judge: question.judge },
        warmOnly: day.warmOnly,
      }),
      watch,
      bakeForProof: needed,
      replay:
        settings.gates.errors && settings.replay.mode !== 'off'
          ? plannedReplay(settings.gates.errors.harm.points, settings.missRate, traffic)
          : null,
      suggestion: await suggestion(),
      cost: plannedCost(
        {
          config: { builtIn: request.builtIn, settings },
          steps: typical,
          watchMinutes,
          baseline,
        },
        prices,
      ),
    };

    async function suggestion(): Promise<Suggestion> {
      if (steps.length > 0 && summary.goodGreen.inconclusive <= MOST_INCONCLUSIVE)
        return adviceFor.keeping(summary.goodGreen.inconclusive);
      for (const candidate of candidates(needed).slice(0, MOST_CHECKS)) {
        const checked = await overAll(
          pool,
          effort.checks,
          (range) => ({ kind: 'check', steps: expectedSteps(candidate, traffic.requestsPerMinute), ...range }),
          () => undefined,
        );
        const { inconclusive } = goodGreen(checked.map(({ good }) => good));
        const stopped = checked.filter(({ fivePoints }) => fivePoints.ends === 'stopped').length / checked.length;
        if (inconclusive <= MOST_INCONCLUSIVE)
          return adviceFor.changing(strategyOf(candidate), candidate, inconclusive, stopped);
      }
      return adviceFor.givingUp(gatesInTheWay(proofs), summary, steps, watch);
    }
  } finally {
    pool.close();
  }
}

/** As a good green goes through them, the median one: a canary that ends on proof ends when it has it. */
function typicalSteps(steps: readonly StrategyStep[], { minutesToPass }: GoodGreen): readonly StrategyStep[] {
  const last = steps.at(-1);
  if (last === undefined || minutesToPass === null || !endsOnProof(steps)) return steps;
  const before = steps.slice(0, -1);
  const earlier = plannedMinutes(before) + before.length * SETTLE_MINUTES;
  return [...before, { ...last, bakeMinutes: Math.max(1, minutesToPass.median - earlier) }];
}

/** Thresholds and classes of the whole day, which decide how many metrics a look asks for. */
function baselineOf({ day, margins }: PlanQuestion) {
  const durations = Math.round(day.minutes.slice(-60).reduce((sum, minute) => sum + minute.durations, 0));
  const quantiles = robustQuantiles(day.minutes.slice(-60), dayDurations(day), day.edgesMs);
  return {
    baselineDurations: durations,
    thresholds: margins === undefined ? [] : latencyThresholds(quantiles, margins),
    classNames: day.classNames,
  };
}
