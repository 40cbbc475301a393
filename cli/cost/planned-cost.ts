import { type StateName, STATES } from '../../lambdas/domain/workflow';
import { isoTime, MINUTE_MS, SETTLE_MS } from '../../lambdas/domain/minutes';
import { plannedMinutes, type StrategyStep } from '../../lambdas/domain/strategy';
import { costOfUsage, type RolloutCost } from '../../lambdas/domain/cost/cost-of';
import type { CostedBaseline, CostedRollout, CostedState } from '../../lambdas/domain/cost/costed-rollout';
import type { Architecture, Prices } from '../../lambdas/domain/cost/prices';
import { usageOf } from '../../lambdas/domain/cost/usage';

export interface PlannedRollout {
  readonly config: CostedState['config'];
  readonly steps: readonly StrategyStep[];
  readonly watchMinutes: number;
  readonly baseline: CostedBaseline;
}

/** What the record of such a rollout comes to. */
const RECORD_BYTES = 12_000;
/** From the upload to the first shift, without a golden set. */
const BEFORE_TRAFFIC_MS = MINUTE_MS;
/** The rest of the minute of a shift, which belongs to neither weight. */
const SHIFT_MS = MINUTE_MS;
const LOOK_MS = 5_000;

/** From green's first traffic until its promotion. */
export const minutesOfCanary = (steps: readonly StrategyStep[]): number =>
  plannedMinutes(steps) + steps.length * ((SHIFT_MS + SETTLE_MS) / MINUTE_MS);

/** The minutes that a rollout takes which an upload begins and which is promoted at the end of its bake. */
export const rolloutMinutes = ({ steps, watchMinutes }: Pick<PlannedRollout, 'steps' | 'watchMinutes'>): number =>
  minutesOfCanary(steps) + (watchMinutes === 0 ? 0 : watchMinutes + (SHIFT_MS + SETTLE_MS) / MINUTE_MS);

/** What that rollout will cost: the cost of the record that it would leave. */
export function plannedCost(
  planned: PlannedRollout,
  prices: Prices,
  architecture: Architecture = 'arm64',
): RolloutCost {
  return costOfUsage(usageOf(recordOf(planned), RECORD_BYTES), prices, architecture);
}

function recordOf({ config, steps, watchMinutes, baseline }: PlannedRollout): CostedRollout {
  let at = BEFORE_TRAFFIC_MS;
  const windows = steps.map(({ bakeMinutes }, index) => {
    const from = at;
    const until = from + bakeMinutes * MINUTE_MS + SETTLE_MS;
    at = until + SHIFT_MS;
    return { from: isoTime(from), ...(index < steps.length - 1 && { until: isoTime(until) }) };
  });
  const judged = at - SHIFT_MS + LOOK_MS;
  const end = watchMinutes === 0 ? judged : at + watchMinutes * MINUTE_MS + SETTLE_MS + LOOK_MS;
  const entry = (state: StateName, ms: number) => ({ state, at: isoTime(ms) });
  return {
    startedAt: isoTime(0),
    endedAt: isoTime(end),
    startedBy: 'upload',
    outcome: 'promoted',
    state: {
      config,
      plan: { steps, dryRun: false },
      green: { version: '2' },
      ...(watchMinutes > 0 && { control: 0 }),
      ...(steps.length > 0 && { canary: { windows, extendedMinutes: 0, baseline } }),
      ...(watchMinutes > 0 && { watch: { from: isoTime(at), minutes: watchMinutes, baseline } }),
      timeline: [
        entry(STATES.validateModel, 0),
        entry(STATES.deployGreen, 0),
        entry(STATES.verifyGreen, 0),
        ...(steps.length > 0 ? [entry(STATES.judgeCanary, judged)] : []),
        entry(STATES.promoteGreen, judged),
      ],
    },
  };
}
