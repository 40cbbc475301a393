import type { ReadQuery } from '../../../simulator/services/cloudwatch/get-metric-data';
import type { SilencePlan } from '../plan/incidents';
import type { FaultRun } from './fault-run';
import { concerns, delayMetrics } from './metrics';

const NEVER_SECONDS = 1e9;

/**
 * CloudWatch says nothing for a while: of one version or of all, of one metric or of all, and afterwards or never
 * again.
 */
export function silenceMetrics(run: FaultRun): void {
  const { stage } = run;
  const { cloudwatch } = stage.world.services;
  const silent = new Set<SilencePlan>();
  const hits = (query: ReadQuery): boolean =>
    [...silent].some(({ of, metric = '' }) => query.metric.startsWith(metric) && concerns(query, run, of));
  for (const plan of stage.plan.incidents.silences)
    run.when(plan.endpoint, plan.when, () => {
      const until = stage.now + plan.forMs;
      run.log('metrics silent', `${plan.of} ${plan.metric ?? 'all'} ${plan.how}`);
      stage.story.silences.push({
        from: stage.now,
        until,
        partly: plan.of !== 'both' || plan.metric !== undefined,
        lost: plan.how === 'lost',
      });
      if (plan.how === 'lost') {
        delayMetrics(run, plan, [NEVER_SECONDS, NEVER_SECONDS]);
        return stage.at(until, () => delayMetrics(run, plan, undefined));
      }
      silent.add(plan);
      const before = cloudwatch.faults.missing;
      if (silent.size === 1)
        cloudwatch.faults = { ...cloudwatch.faults, missing: (query) => before?.(query) === true || hits(query) };
      stage.at(until, () => silent.delete(plan));
    });
}
