import { type Made, ownClock } from '../adapters/sdk/context';
import { lambdaPreviewAlias } from '../adapters/lambda/aliases';
import { lambdaVersions } from '../adapters/lambda/versions';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { STATES } from '../domain/workflow';
import type { RolloutState } from '../contract/rollout-state';
import { renewOwnership } from './rollout/record-progress';
import { previewLive } from './rollout/preview';
import { noted } from './rollout/progress';

export const discardGreenNeeds = {
  clock: ownClock,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  previewAlias: lambdaPreviewAlias,
  versions: lambdaVersions,
};
type Needs = Made<typeof discardGreenNeeds>;

/** After a dry run: deletes the version that it published, unless an alias uses it or it ever was live. */
export async function discardGreen(ports: Needs, state: RolloutState): Promise<RolloutState> {
  await renewOwnership(ports, state);
  const version = state.green.version;
  if (version === undefined || version === state.blue.version) return state;
  // First: Lambda deletes no version that an alias names.
  const shown = await previewLive(ports, state, state.blue.version);
  const wasLive = (await ports.liveModels.livePeriods(state.endpoint)).some((period) => period.version === version);
  const removed = wasLive
    ? 'kept: it was live before'
    : await ports.versions.deleteVersion(state.config.functionName, version);
  return noted(state, ports.clock, STATES.discardGreen, `version ${version} ${removed}${shown}`);
}
