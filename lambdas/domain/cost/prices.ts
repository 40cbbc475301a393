/** Prices in USD, each per the unit that its name ends in. Free tiers are left out. */
export interface Prices {
  /** ISO date on which they were read. */
  readonly asOf: string;
  readonly region: string;
  /** Where they were read. */
  readonly source: string;
  readonly lambdaPerMillionRequests: number;
  readonly lambdaPerGBSecond: PerArchitecture;
  /** Provisioned concurrency while it is enabled, used or not. */
  readonly provisionedPerGBSecond: PerArchitecture;
  readonly stepFunctionsPerThousandTransitions: number;
  readonly getMetricDataPerThousandMetrics: number;
  readonly customMetricPerMonth: number;
  readonly alarmPerMonth: number;
  readonly dashboardPerMonth: number;
  readonly logsPerGBIngested: number;
  readonly s3PerThousandWrites: number;
  readonly s3PerThousandReads: number;
  readonly s3PerGBMonth: number;
  readonly dynamodbPerMillionWrites: number;
  readonly dynamodbPerMillionReads: number;
  readonly eventbridgePerMillionEvents: number;
  readonly kmsKeyPerMonth: number;
  /** For the comparison alone. */
  readonly sagemaker: { readonly instance: string; readonly perHour: number; readonly source: string };
}

export const ARCHITECTURES = ['arm64', 'x86_64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];
export type PerArchitecture = Readonly<Record<Architecture, number>>;

/** AWS counts a month as 730 hours. */
export const HOURS_PER_MONTH = 730;
export const DAYS_PER_MONTH = HOURS_PER_MONTH / 24;
