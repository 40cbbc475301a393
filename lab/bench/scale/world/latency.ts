import type { ServiceName } from '../../../../simulator/service';

/**
 * Milliseconds that a call of each service takes from a function of the same region; what is usual, not what is
 * promised.
 */
const USUAL_MS: Readonly<Record<ServiceName, number>> = {
  lambda: 80,
  s3: 40,
  dynamodb: 8,
  cloudwatch: 150,
  sfn: 60,
  sns: 40,
  sqs: 20,
  eventbridge: 40,
};

export const latencyMs = (service: ServiceName): number => USUAL_MS[service];
