import type { Routing } from '../judgement';
import { count, exceeds } from '../../numbers';

/** "green got 312 requests where the weights predict 612; evidence 51.3 exceeds the limit 6.9 …". */
export function routingInWords({ greenRequests, expectedGreenRequests, logEvidence, logLimit }: Routing): string {
  const counts = `green got ${count(greenRequests)} requests where the weights predict ${count(Math.round(expectedGreenRequests))}`;
  return `${counts}; ${exceeds(logEvidence, logLimit)} for a split at random by the weights`;
}
