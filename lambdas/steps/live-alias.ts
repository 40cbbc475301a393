import type { EndpointConfig } from '../contract/endpoint-settings';
import { formatModelAddress } from '../domain/model-address';
import type { Ports } from '../ports/ports';
import { servedModel } from './rollout/model-environment';

/** What CloudFormation asks for: the alias and the settings to be there, later that they are current, at last their end. */
export type LiveAliasRequest =
  | {
      readonly requestType: 'Create' | 'Update';
      readonly requestId: string;
      readonly functionName: string;
      readonly endpoint: string;
      readonly config: EndpointConfig;
      readonly fingerprint: string;
      readonly oldFingerprint?: string;
    }
  | { readonly requestType: 'Delete'; readonly endpoint: string };

/**
 * Creates the alias if it is absent and never writes it again: it belongs to the rollouts. Stores the endpoint's
 * settings, and only then, when the code or the settings have changed, starts a rollout of the live model on them,
 * through the same canary. On deletion the settings go, so that nothing looks for the endpoint any more; the alias goes
 * with its function.
 */
export async function liveAlias(
  {
    executions,
    hash,
    liveAlias: alias,
    liveAliasCreation,
    settingsStore,
    versions,
  }: Pick<Ports, 'executions' | 'hash' | 'liveAlias' | 'liveAliasCreation' | 'settingsStore' | 'versions'>,
  request: LiveAliasRequest,
): Promise<string> {
  if (request.requestType === 'Delete') {
    await settingsStore.remove(request.endpoint);
    return 'settings removed; the alias is left to the function';
  }
  const { functionName, endpoint } = request;
  const created = await liveAliasCreation.createIfAbsent(functionName);
  await settingsStore.put(request.config);
  if (created || request.requestType === 'Create' || request.fingerprint === request.oldFingerprint)
    return created ? 'created' : 'there already';
  const current = await alias.read(functionName);
  const facts = await versions.find(functionName, current.version);
  const model = facts && servedModel(facts.environment);
  if (model === undefined) return 'no model is live, so there is nothing to roll out';
  // The same deployment always asks for the same execution, however often CloudFormation repeats itself.
  const name = `${endpoint}-deploy-${hash(`${request.requestId}\n${request.fingerprint}`).slice(0, 12)}`;
  const input = {
    endpoint,
    model: formatModelAddress(model),
    reason: "the endpoint's code or settings changed",
    startedBy: 'deploy',
  };
  await executions.start(name, JSON.stringify(input));
  return `started ${name}`;
}
