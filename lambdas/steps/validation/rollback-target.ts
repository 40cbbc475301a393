import { RollbackTargetUnavailable } from '../../contract/errors';
import type { RolloutState } from '../../contract/rollout-state';
import { MINUTE_MS } from '../../domain/minutes';
import type { LivePeriod } from '../../ports/live-models';
import type { Ports } from '../../ports/ports';
import { servedModel } from '../rollout/model-environment';

/** Lambda brings an idle version back when it is called, so these states are as good as Active once it is warmed. */
const USABLE_STATES = ['Active', 'Inactive', 'Pending'];

/**
 * The version to roll back to. Its canary is skipped when it was live within the rollback window: it has proved itself
 * on live traffic a short while ago, and whoever rolls back is in a hurry.
 */
export async function chooseRollbackTarget(
  { clock, liveModels, versions }: Pick<Ports, 'clock' | 'liveModels' | 'versions'>,
  state: RolloutState,
  to: string | undefined,
): Promise<Pick<RolloutState, 'green' | 'plan'>> {
  const periods = await liveModels.read(state.endpoint);
  const version =
    to ?? periods.find((period) => period.version !== state.blue.version && period.model !== undefined)?.version;
  if (version === undefined) throw unavailable(state, 'no earlier version was ever live');
  if (version === state.blue.version) throw unavailable(state, `version ${version} is live already`);
  const facts = await versions.find(state.config.functionName, version);
  if (facts === undefined) throw unavailable(state, `version ${version} does not exist (it may have been torn down)`);
  if (!USABLE_STATES.includes(facts.state)) {
    throw unavailable(
      state,
      `version ${version} is ${facts.state}, not Active${facts.stateReason ? `: ${facts.stateReason}` : ''}`,
    );
  }
  const model = servedModel(facts.environment);
  if (model === undefined) throw unavailable(state, `version ${version} serves no model`);
  const windowMs = state.config.settings.rollbackWindowMinutes * MINUTE_MS;
  const recent = periods.some((period) => period.version === version && wasLiveSince(period, clock.now() - windowMs));
  return { green: { version, model }, plan: { ...state.plan, ...(recent && { strategy: 'AllAtOnce', steps: [] }) } };
}

const wasLiveSince = (period: LivePeriod, since: number): boolean =>
  period.until === undefined || Date.parse(period.until) >= since;

const unavailable = (state: RolloutState, why: string): RollbackTargetUnavailable =>
  new RollbackTargetUnavailable(`to: endpoint ${state.endpoint}, live is version ${state.blue.version}: ${why}`);
