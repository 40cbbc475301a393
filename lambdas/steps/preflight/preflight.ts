import type { RolloutState } from '../../contract/rollout-state';
import type { Adapters } from '../../adapters/adapters';
import { checkAliasTakesWeights } from './check-alias-takes-weights';
import { checkBlueHasData } from './check-blue-has-data';
import { checkErrorsAreCounted } from './check-errors-are-counted';

/**
 * What a canary stands on, looked at before any traffic moves: the alias takes weights, blue has numbers where the judge
 * will look for them, and a failure is counted. Answers what was found, for the record. Throws GreenIncompatible,
 * PreflightFailed or InsufficientEvidence.
 */
export async function preflight(
  ports: Pick<Adapters, 'clock' | 'endpointCalls' | 'evidence' | 'functionCalls' | 'liveModels' | 'versions'>,
  state: RolloutState,
  version: string,
): Promise<string> {
  await checkAliasTakesWeights(ports, state);
  const counted = await checkErrorsAreCounted(ports, state, version);
  const data = await checkBlueHasData(ports, state);
  return `${counted}; ${data}`;
}
