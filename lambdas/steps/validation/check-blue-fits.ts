import { GreenIncompatible } from '../../contract/errors';
import type { RolloutState } from '../../contract/rollout-state';
import type { Adapters } from '../../adapters/adapters';
import type { VersionFacts } from '../../adapters/lambda/versions';

/**
 * A weighted alias needs two versions with the same role and the same dead-letter queue (Lambda refuses others), so that
 * is settled before anything is published. Without weights it does not matter.
 */
export async function checkBlueFits(
  { versions }: Pick<Adapters, 'versions'>,
  state: RolloutState,
  blue: VersionFacts | undefined,
): Promise<void> {
  if (blue === undefined || state.blue.model === undefined || state.plan.steps.length === 0) return;
  const candidate = await versions.describeVersion(state.config.functionName, state.green.version ?? '$LATEST');
  if (candidate === undefined) return;
  const differences = [
    blue.role === candidate.role ? '' : `role ${candidate.role} instead of ${blue.role}`,
    blue.deadLetterArn === candidate.deadLetterArn
      ? ''
      : `dead-letter queue ${candidate.deadLetterArn ?? 'none'} instead of ${blue.deadLetterArn ?? 'none'}`,
  ].filter((difference) => difference !== '');
  if (differences.length === 0) return;
  throw new GreenIncompatible(
    `green cannot share the live alias with blue (version ${blue.version}): ${differences.join('; ')}. Roll out with "strategy": "AllAtOnce", which needs no weights`,
  );
}
