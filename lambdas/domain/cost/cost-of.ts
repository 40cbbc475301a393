import type { CostedRollout } from './costed-rollout';
import { type Architecture, HOURS_PER_MONTH, type Prices, DAYS_PER_MONTH } from './prices';
import { BASIS, type Basis, type Usage, usageOf, METRICS_PER_VERSION } from './usage';

export interface CostLine {
  /** In words, for people. */
  readonly what: string;
  readonly quantity: number;
  readonly unit: string;
  readonly usd: number;
  readonly basis: Basis;
}

/** Plain data. Without free tiers; what blue's users would have cost anyway is not in it. */
export interface RolloutCost {
  readonly usd: number;
  readonly lines: readonly CostLine[];
  /** Date and region of the prices, and where they were read. */
  readonly prices: Pick<Prices, 'asOf' | 'region' | 'source'>;
}

/** What a rollout cost, or has cost so far. Pure; small enough for a step's bundle. */
export const costOf = (rollout: CostedRollout, prices: Prices, architecture: Architecture = 'arm64'): RolloutCost =>
  costOfUsage(usageOf(rollout), prices, architecture);

/** The same for what is not a record, such as a plan. Lines without a quantity are left out. */
export function costOfUsage(usage: Usage, prices: Prices, architecture: Architecture): RolloutCost {
  const { asOf, region, source } = prices;
  const lines = LINES.map(({ of, what, unit, price }): CostLine => {
    const quantity = usage[of];
    return { what, quantity, unit, usd: quantity * price(prices, architecture), basis: BASIS[of] };
  }).filter(({ quantity }) => quantity > 0);
  return { usd: lines.reduce((sum, { usd }) => sum + usd, 0), lines, prices: { asOf, region, source } };
}

interface CostRow {
  readonly of: keyof Usage;
  readonly what: string;
  readonly unit: string;
  /** USD per unit. */
  readonly price: (prices: Prices, architecture: Architecture) => number;
}

const LINES: readonly CostRow[] = [
  {
    of: 'stateTransitions',
    what: 'Step Functions, state transitions',
    unit: 'transitions',
    price: (prices) => prices.stepFunctionsPerThousandTransitions / 1e3,
  },
  {
    of: 'metricsRequested',
    what: 'CloudWatch, metrics asked for by GetMetricData',
    unit: 'metrics',
    price: (prices) => prices.getMetricDataPerThousandMetrics / 1e3,
  },
  {
    of: 'customMetricHours',
    what: "CloudWatch, custom metrics of green's version",
    unit: 'metric hours',
    price: (prices) => prices.customMetricPerMonth / HOURS_PER_MONTH,
  },
  {
    of: 'lambdaRequests',
    what: 'Lambda, runs of steps and calls that verify green',
    unit: 'requests',
    price: (prices) => prices.lambdaPerMillionRequests / 1e6,
  },
  {
    of: 'lambdaGBSeconds',
    what: 'Lambda, time of steps',
    unit: 'GB-seconds',
    price: (prices, architecture) => prices.lambdaPerGBSecond[architecture],
  },
  {
    of: 'dynamodbWrites',
    what: 'DynamoDB, write units',
    unit: 'units',
    price: (prices) => prices.dynamodbPerMillionWrites / 1e6,
  },
  {
    of: 'dynamodbReads',
    what: 'DynamoDB, read units',
    unit: 'units',
    price: (prices) => prices.dynamodbPerMillionReads / 1e6,
  },
  {
    of: 's3Writes',
    what: 'S3, objects written',
    unit: 'requests',
    price: (prices) => prices.s3PerThousandWrites / 1e3,
  },
  { of: 's3Reads', what: 'S3, objects read', unit: 'requests', price: (prices) => prices.s3PerThousandReads / 1e3 },
  {
    of: 's3GBMonths',
    what: 'S3, evidence and report kept for a month',
    unit: 'GB-months',
    price: (prices) => prices.s3PerGBMonth,
  },
  {
    of: 'eventsPublished',
    what: 'EventBridge, events of transitions',
    unit: 'events',
    price: (prices) => prices.eventbridgePerMillionEvents / 1e6,
  },
  { of: 'logGB', what: 'CloudWatch, logs of steps', unit: 'GB', price: (prices) => prices.logsPerGBIngested },
  {
    of: 'provisionedGBSeconds',
    what: "Lambda, green's provisioned concurrency beside blue's",
    unit: 'GB-seconds',
    price: (prices, architecture) => prices.provisionedPerGBSecond[architecture],
  },
];

/** What stands by while no rollout runs. */
export interface Standing {
  readonly keys: number;
  readonly alarms: number;
  readonly dashboards: number;
  /**
   * Runs that hand out messages, of the reconciler for what no endpoint shows, and of the look for what was not
   * published.
   */
  readonly scheduledRunsPerDay: number;
  /** Of reconciler and teardown: a message of each is a run. */
  readonly runsPerEndpointPerDay: number;
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
  const { keys, alarms, dashboards, endpoints } = standing;
  const runs = standing.scheduledRunsPerDay + standing.runsPerEndpointPerDay * endpoints.length;
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
 * An alarm is billed by each metric that it looks at: of requests that were taken, that threw and that were turned
 * away, of the built-in server's failures and of what its model was not asked, and of versions that cannot be used any
 * more.
 */
const metricsOfAlarms = ({ alarms, builtIn }: StandingEndpoint): number => (alarms ? (builtIn ? 6 : 4) : 0);

/** The classic pair: two instances of which one is always idle, whatever the traffic. */
export const twoInstancesPerDay = ({ sagemaker }: Prices): number => 2 * 24 * sagemaker.perHour;

/** What the app itself makes, whatever its endpoints; a test holds it to the template. */
export const STANDING_APP: Omit<Standing, 'endpoints'> = {
  keys: 1,
  alarms: 6,
  dashboards: 1,
  /**
   * Every five minutes the reconciler's messages are handed out, one has no endpoint, and what was not published is
   * looked for.
   */
  scheduledRunsPerDay: 24 * 12 * 3 + 24,
  runsPerEndpointPerDay: 24 * 12 + 24,
};
