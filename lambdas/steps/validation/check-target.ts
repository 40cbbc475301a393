import type { EndpointConfig } from '../../contract/endpoint-settings';
import { RollbackTargetUnavailable } from '../../contract/errors';
import type { PinnedModel } from '../../domain/rollout';
import type { Ports } from '../../ports/ports';
import { servedModel } from '../rollout/model-environment';

/** Lambda brings an idle version back when it is called, so these states are as good as Active once it is warmed. */
const USABLE_STATES = ['Active', 'Inactive', 'Pending'];

/** The model of a version that can be rolled back to. Throws RollbackTargetUnavailable where there is none. */
export async function checkTarget(
  { versions }: Pick<Ports, 'versions'>,
  { functionName, settings }: EndpointConfig,
  version: string,
): Promise<PinnedModel> {
  const unavailable = (why: string) => targetUnavailable(settings.name, `version ${version} ${why}`);
  const facts = await versions.find(functionName, version);
  if (facts === undefined) throw unavailable('does not exist (it may have been torn down)');
  if (!USABLE_STATES.includes(facts.state))
    throw unavailable(`is ${facts.state}, not Active${facts.stateReason ? `: ${facts.stateReason}` : ''}`);
  const model = servedModel(facts.environment);
  if (model === undefined) throw unavailable('serves no model');
  return model;
}

export const targetUnavailable = (endpoint: string, why: string): RollbackTargetUnavailable =>
  new RollbackTargetUnavailable(`to: endpoint ${endpoint}: ${why}`);
