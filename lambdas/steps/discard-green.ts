import { STATES } from '../contract/names';
import type { RolloutState } from '../contract/rollout-state';
import type { Ports } from '../ports/ports';
import { renewOwnership } from './rollout/ownership';
import { noted } from './rollout/progress';

/** After a dry run: deletes the version that it published, unless an alias uses it or it ever was live. */
export async function discardGreen(
  ports: Pick<Ports, 'clock' | 'liveModels' | 'locks' | 'versions'>,
  state: RolloutState,
): Promise<RolloutState> {
  await renewOwnership(ports, state);
  const version = state.green.version;
  if (version === undefined || version === state.blue.version) return state;
  const wasLive = (await ports.liveModels.read(state.endpoint)).some((period) => period.version === version);
  const removed = wasLive
    ? 'kept: it was live before'
    : await ports.versions.remove(state.config.functionName, version);
  return noted(state, ports.clock, STATES.discardGreen, `version ${version} ${removed}`);
}
