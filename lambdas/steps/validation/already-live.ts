import type { RolloutState } from '../../contract/rollout-state';
import type { Adapters } from '../../adapters/adapters';
import type { VersionFacts } from '../../adapters/lambda/versions';
import { contentOf, desiredEnvironment, requestKeyFor } from '../rollout/model-environment';

/**
 * True when blue already serves these very bytes with the code and settings that green would get. A blue whose own object
 * is gone serves them only until its environments are: the same bytes uploaded again are what puts that right.
 */
export async function isAlreadyLive(
  ports: Pick<Adapters, 'models' | 'versions'>,
  state: RolloutState,
  blue: VersionFacts | undefined,
): Promise<boolean> {
  const model = state.green.model;
  if (
    state.plan.force ||
    state.plan.action === 'rollback' ||
    blue === undefined ||
    model?.sha256 !== state.blue.model?.sha256
  )
    return false;
  const pinned = state.blue.model;
  if (pinned !== undefined && (await ports.models.describeModel(pinned.key, pinned.versionId)) === undefined)
    return false;
  const latest = await ports.versions.describeVersion(state.config.functionName, '$LATEST');
  if (latest === undefined || latest.codeFingerprint !== blue.codeFingerprint) return false;
  const requestKey = requestKeyFor(state, blue.environment, latest.environment);
  const desired = desiredEnvironment(state, latest.environment, requestKey);
  return contentOf(desired) === contentOf(blue.environment);
}
