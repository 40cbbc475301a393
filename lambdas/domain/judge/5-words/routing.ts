import type { Routing } from '../judgement';
import { certainty, count } from '../../numbers';

/** "green got 312 requests where the weights predict 612; certainty > 99.9 % …". */
export function routingInWords({ greenRequests, expectedGreenRequests, logEvidence, logLimit }: Routing): string {
  const counts = `green got ${count(greenRequests)} requests where the weights predict ${count(Math.round(expectedGreenRequests))}`;
  return `${counts}; certainty ${certainty(logEvidence)} that they are not split at random by the weights (told from ${certainty(logLimit)})`;
}
