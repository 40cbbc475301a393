import type { RolloutState } from '../../contract/rollout-state';
import type { Ports } from '../../ports/ports';
import type { VersionFacts } from '../../ports/versions';
import { contentOf, desiredEnvironment, requestKeyFor } from '../rollout/model-environment';

/**
 * True when blue already serves these very bytes with the code and settings that green would get. A blue whose own object
 * is gone serves them only until its environments are: the same bytes uploaded again are what puts that right.
 */
export async function isAlreadyLive(
  ports: Pick<Ports, 'models' | 'versions'>,
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
  if (pinned !== undefined && (await ports.models.describe(pinned.key, pinned.versionId)) === undefined) return false;
  const latest = await ports.versions.find(state.config.functionName, '$LATEST');
  if (latest === undefined || latest.codeFingerprint !== blue.codeFingerprint) return false;
  const requestKey = requestKeyFor(state, blue.environment, latest.environment);
  const desired = desiredEnvironment(state, latest.environment, requestKey);
  return contentOf(desired) === contentOf(blue.environment);
}
