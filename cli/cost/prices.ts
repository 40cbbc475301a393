import * as z from 'zod';
import type { Prices } from '../../lambdas/domain/cost/prices';
import { problems } from '../../lambdas/contract/problems';

const usd = z.number().min(0).max(1e6);
const perArchitecture = z.strictObject({ arm64: usd, x86_64: usd });

const pricesSchema: z.ZodType<Prices> = z.strictObject({
  asOf: z.string().regex(/^\d{4}-\d\d(-\d\d)?$/, 'must be a date such as 2026-11-01'),
  region: z.string().min(1),
  source: z.string().min(1),
  lambdaPerMillionRequests: usd,
  lambdaPerGBSecond: perArchitecture,
  provisionedPerGBSecond: perArchitecture,
  stepFunctionsPerThousandTransitions: usd,
  getMetricDataPerThousandMetrics: usd,
  customMetricPerMonth: usd,
  alarmPerMonth: usd,
  dashboardPerMonth: usd,
  logsPerGBIngested: usd,
  s3PerThousandWrites: usd,
  s3PerThousandReads: usd,
  s3PerGBMonth: usd,
  dynamodbPerMillionWrites: usd,
  dynamodbPerMillionReads: usd,
  eventbridgePerMillionEvents: usd,
  kmsKeyPerMonth: usd,
  sagemaker: z.strictObject({ instance: z.string().min(1), perHour: usd, source: z.string().min(1) }),
});

/** A file of prices cannot be used; the message names file, field, value and limit. */
export class PricesInvalid extends Error {
  override readonly name = 'PricesInvalid';
}

/**
 * Prices with those of a file in their place. A file that changes one says when and where it was read.
 *
 * @param value what JSON.parse made of the file
 * @throws PricesInvalid
 */
export function overriddenPrices(prices: Prices, value: unknown, file: string): Prices {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PricesInvalid(`${file}: must be an object of prices that differ`);
  const dated = z.object({ asOf: z.string(), region: z.string(), source: z.string() }).safeParse(value);
  if (!dated.success)
    throw new PricesInvalid(`${file}: must say asOf, region and source beside the prices that differ`);
  const merged = { ...prices, ...value };
  const parsed = pricesSchema.safeParse(merged);
  if (parsed.success) return parsed.data;
  throw new PricesInvalid(
    problems(parsed.error, '', merged)
      .map((line) => `${file}: ${line}`)
      .join('\n'),
  );
}
