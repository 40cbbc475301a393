import type { CostedRollout } from './costed-rollout';
import { type Architecture, HOURS_PER_MONTH, type Prices } from './prices';
import { BASIS, type Basis, type Usage, usageOf } from './usage';

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

interface Line {
  readonly of: keyof Usage;
  readonly what: string;
  readonly unit: string;
  /** USD per unit. */
  readonly price: (prices: Prices, architecture: Architecture) => number;
}

const LINES: readonly Line[] = [
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
