import type { EndpointConfig } from '../../contract/endpoint-settings';
import { RollbackTargetUnavailable } from '../../contract/errors';
import { adviceOnUnreadable, type Unreadable, unreadableInWords } from '../../contract/unreadable';
import { formatModelAddress } from '../../domain/model-address';
import type { PinnedModel } from '../../domain/rollout';
import type { Adapters } from '../../adapters/adapters';
import { servedModel } from '../rollout/model-environment';

/** Lambda brings an idle version back when it is called, so these states are as good as Active once it is warmed. */
const USABLE_STATES = ['Active', 'Inactive', 'Pending'];
export const isUsableState = (state: string): boolean => USABLE_STATES.includes(state);

/** The model of a version that can be rolled back to. Throws RollbackTargetUnavailable where there is none. */
export async function checkTarget(
  { versions }: Pick<Adapters, 'versions'>,
  { functionName, settings }: EndpointConfig,
  version: string,
): Promise<PinnedModel> {
  const unavailable = (why: string) => targetUnavailable(settings.name, `version ${version} ${why}`);
  const facts = await versions.describeVersion(functionName, version);
  if (facts === undefined) throw unavailable('does not exist (it may have been torn down)');
  if (!isUsableState(facts.state))
    throw unavailable(`is ${facts.state}, not Active${facts.stateReason ? `: ${facts.stateReason}` : ''}`);
  const model = servedModel(facts.environment);
  if (model === undefined) throw unavailable('serves no model');
  return model;
}

/**
 * Before traffic moves: an environment of the target that runs already would answer, and each new one would not. Where S3
 * itself does not answer, the way back stays open: whether the model can be loaded is tried by VerifyGreen.
 */
export async function checkTargetModel(
  { models }: Pick<Adapters, 'models'>,
  { settings }: EndpointConfig,
  version: string,
  model: PinnedModel,
): Promise<void> {
  const unreadable = await models.whyUnreadable(model).catch(() => undefined);
  if (unreadable === undefined || isOursAlone(unreadable)) return;
  throw targetUnavailable(
    settings.name,
    `version ${version} cannot be started: its model ${formatModelAddress(model)} ${unreadableInWords(unreadable)}; name another version, or ${adviceOnUnreadable(unreadable)}`,
  );
}

/** A right that this function lacks says nothing of what the endpoint's function may. */
const isOursAlone = ({ said }: Unreadable): boolean => said.startsWith('AccessDenied');

export const targetUnavailable = (endpoint: string, why: string): RollbackTargetUnavailable =>
  new RollbackTargetUnavailable(`to: endpoint ${endpoint}: ${why}`);
