import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { endedAs } from '../../lambdas/domain/rollout';
import {
  costOf,
  type RolloutCost,
  STANDING_APP,
  standingCostPerDay,
  type StandingCost,
  twoInstancesPerDay,
} from '../../lambdas/domain/cost/cost-of';
import type { Architecture, Prices } from '../../lambdas/domain/cost/prices';

/** What a rollout cost, and what is paid without one. Plain data. */
export interface CostReport {
  readonly rollout: string;
  readonly endpoint: string;
  readonly outcome: string;
  readonly cost: RolloutCost;
  /** The app with this endpoint alone, no rollout and no request; USD per day. */
  readonly standing: StandingCost;
  /** Two instances that are always on, for comparison; USD per day. */
  readonly alwaysOn: { readonly instance: string; readonly usdPerDay: number; readonly source: string };
}

export function costReport(record: RolloutRecord, prices: Prices, architecture: Architecture): CostReport {
  const { state } = record;
  const settings = state?.config.settings;
  return {
    rollout: record.id,
    endpoint: record.endpoint,
    outcome: endedAs(record, state?.plan.action),
    cost: costOf(record, prices, architecture),
    standing: standingCostPerDay(
      {
        ...STANDING_APP,
        endpoints: [
          {
            builtIn: state?.config.builtIn ?? true,
            alarms: settings?.alarms !== false,
            memoryMB: settings?.memoryMB ?? 0,
            provisionedConcurrency: settings?.provisionedConcurrency ?? 0,
            measures: settings?.measures.length ?? 0,
            warmIdleVersions: settings?.keepBlueWarm ? 1 : 0,
          },
        ],
      },
      prices,
      architecture,
    ),
    alwaysOn: {
      instance: prices.sagemaker.instance,
      usdPerDay: twoInstancesPerDay(prices),
      source: prices.sagemaker.source,
    },
  };
}
