import { type Architecture, DAYS_PER_MONTH, type Prices } from './prices';
import { METRICS_PER_VERSION } from './usage';
import type { CostLine } from './cost-of';

/** What stands by while no rollout runs. */
export interface Standing {
  readonly keys: number;
  readonly alarms: number;
  readonly dashboards: number;
  /** Runs of the reconciler, of the look for what was not published, and of the teardown. */
  readonly scheduledRunsPerDay: number;
  readonly endpoints: readonly StandingEndpoint[];
}

export interface StandingEndpoint {
  /** The built-in model server, whose live version has custom metrics while it has traffic. */
  readonly builtIn: boolean;
  /** Measures of its own that its settings name, each a custom metric as well. @default none */
  readonly measures?: number;
  /** Whether it has alarms of its own. */
  readonly alarms: boolean;
  readonly memoryMB: number;
  readonly provisionedConcurrency: number;
  /** Versions that keep provisioned concurrency beside the live one: blue, with `keepBlueWarm`. */
  readonly warmIdleVersions: number;
}

export interface StandingCost {
  readonly usdPerDay: number;
  readonly lines: readonly CostLine[];
}

/** Half a GB for a second; most runs take less. */
const RUN_GB_SECONDS = 0.5;
const DAY_SECONDS = 24 * 60 * 60;

/** What the app costs per day with no rollout and no request; the requests of users are not in it. */
export function standingCostPerDay(
  standing: Standing,
  prices: Prices,
  architecture: Architecture = 'arm64',
): StandingCost {
  const monthly = (usd: number) => usd / DAYS_PER_MONTH;
  const { keys, alarms, dashboards, scheduledRunsPerDay: runs, endpoints } = standing;
  const alarmMetrics = endpoints.reduce((sum, one) => sum + metricsOfAlarms(one), 0);
  const metrics = endpoints.reduce(
    (sum, { builtIn, measures = 0 }) => sum + (builtIn ? METRICS_PER_VERSION + measures : 0),
    0,
  );
  const warm = (of: (one: StandingEndpoint) => number) =>
    endpoints.reduce((sum, one) => sum + of(one) * one.provisionedConcurrency * (one.memoryMB / 1024) * DAY_SECONDS, 0);
  const provisioned = prices.provisionedPerGBSecond[architecture];
  const line = (what: string, quantity: number, unit: string, usd: number): CostLine => ({
    what,
    quantity,
    unit,
    usd,
    basis: 'counted',
  });
  const lines = [
    line('KMS, keys', keys, 'keys', monthly(keys * prices.kmsKeyPerMonth)),
    line('CloudWatch, alarms', alarms, 'alarms', monthly(alarms * prices.alarmPerMonth)),
    line(
      "CloudWatch, metrics of endpoints' alarms",
      alarmMetrics,
      'metrics',
      monthly(alarmMetrics * prices.alarmPerMonth),
    ),
    line('CloudWatch, dashboards', dashboards, 'dashboards', monthly(dashboards * prices.dashboardPerMonth)),
    line(
      'CloudWatch, custom metrics of live versions',
      metrics,
      'metrics',
      monthly(metrics * prices.customMetricPerMonth),
    ),
    {
      ...line(
        'Lambda, what the clock runs',
        runs,
        'runs',
        runs * (prices.lambdaPerMillionRequests / 1e6 + RUN_GB_SECONDS * prices.lambdaPerGBSecond[architecture]),
      ),
      basis: 'estimated' as const,
    },
    line(
      "Lambda, live versions' provisioned concurrency",
      warm(() => 1),
      'GB-seconds',
      warm(() => 1) * provisioned,
    ),
    line(
      'Lambda, provisioned concurrency of idle versions',
      warm((one) => one.warmIdleVersions),
      'GB-seconds',
      warm((one) => one.warmIdleVersions) * provisioned,
    ),
  ].filter(({ quantity }) => quantity > 0);
  return { usdPerDay: lines.reduce((sum, { usd }) => sum + usd, 0), lines };
}

/**
 * An alarm is billed by each metric that it looks at: of requests that were taken, that threw and that were turned away, of
 * the built-in server's failures and of what its model was not asked, and of versions that cannot be used any more.
 */
const metricsOfAlarms = ({ alarms, builtIn }: StandingEndpoint): number => (alarms ? (builtIn ? 6 : 4) : 0);

/** The classic pair: two instances of which one is always idle, whatever the traffic. */
export const twoInstancesPerDay = ({ sagemaker }: Prices): number => 2 * 24 * sagemaker.perHour;

/** What the app itself makes, whatever its endpoints; a test holds it to the template. */
export const STANDING_APP: Omit<Standing, 'endpoints'> = {
  keys: 1,
  alarms: 6,
  dashboards: 1,
  /** The reconciler and the look for what was not published every five minutes, the teardown every hour. */
  scheduledRunsPerDay: 24 * 12 * 2 + 24,
};
