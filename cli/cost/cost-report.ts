import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import { endedAs } from '../../lambdas/domain/rollout';
import {
  costOf,
  type RolloutCost,
  STANDING_APP,
  standingCostPerDay,
  type StandingCost,
  type StandingEndpoint,
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
  /** What one endpoint like it more adds to that, and its largest part; USD per day. */
  readonly nextEndpoint: {
    readonly usdPerDay: number;
    readonly largest: { readonly what: string; readonly usd: number };
  };
  /** Two instances that are always on, for comparison; USD per day. */
  readonly alwaysOn: { readonly instance: string; readonly usdPerDay: number; readonly source: string };
}

export function costReport(record: RolloutRecord, prices: Prices, architecture: Architecture): CostReport {
  const { state } = record;
  const settings = state?.config.settings;
  const endpoint = {
    builtIn: state?.config.builtIn ?? true,
    alarms: settings?.alarms !== false,
    memoryMB: settings?.memoryMB ?? 0,
    provisionedConcurrency: settings?.provisionedConcurrency ?? 0,
    measures: settings?.measures.length ?? 0,
    warmIdleVersions: settings?.keepBlueWarm ? 1 : 0,
  };
  const standing = (...endpoints: readonly StandingEndpoint[]): StandingCost =>
    standingCostPerDay({ ...STANDING_APP, endpoints }, prices, architecture);
  const [one, two] = [standing(endpoint), standing(endpoint, endpoint)];
  return {
    rollout: record.id,
    endpoint: record.endpoint,
    outcome: endedAs(record, state?.plan.action),
    cost: costOf(record, prices, architecture),
    standing: one,
    nextEndpoint: { usdPerDay: two.usdPerDay - one.usdPerDay, largest: largestOf(one, two) },
    alwaysOn: {
      instance: prices.sagemaker.instance,
      usdPerDay: twoInstancesPerDay(prices),
      source: prices.sagemaker.source,
    },
  };
}

function largestOf(one: StandingCost, two: StandingCost): CostReport['nextEndpoint']['largest'] {
  const added = two.lines.map(({ what, usd }, at) => ({ what, usd: usd - (one.lines[at]?.usd ?? 0) }));
  return added.reduce((most, line) => (line.usd > most.usd ? line : most), { what: 'nothing', usd: 0 });
}
