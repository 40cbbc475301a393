import { STATES } from '../contract/names';
import type { RolloutState } from '../contract/rollout-state';
import type { Adapters } from '../adapters/adapters';
import { renewOwnership } from './rollout/ownership';
import { noted } from './rollout/progress';

/** After a dry run: deletes the version that it published, unless an alias uses it or it ever was live. */
export async function discardGreen(
  ports: Pick<Adapters, 'clock' | 'liveModels' | 'locks' | 'versions'>,
  state: RolloutState,
): Promise<RolloutState> {
  await renewOwnership(ports, state);
  const version = state.green.version;
  if (version === undefined || version === state.blue.version) return state;
  const wasLive = (await ports.liveModels.livePeriods(state.endpoint)).some((period) => period.version === version);
  const removed = wasLive
    ? 'kept: it was live before'
    : await ports.versions.deleteVersion(state.config.functionName, version);
  return noted(state, ports.clock, STATES.discardGreen, `version ${version} ${removed}`);
}
