import type { EndpointConfig } from '../contract/endpoint-settings';
import { LIVE_MODEL } from '../contract/names';
import { isoTime } from '../domain/minutes';
import type { PinnedModel } from '../domain/rollout';
import type { Ports } from '../ports/ports';
import { servedModel } from './rollout/model-environment';
import { BEFORE_ANY_UPLOAD } from './uploads/outdated';
import { START_LEASE_MS, startOwned } from './uploads/start-owned';

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

type Needs = Pick<
  Ports,
  | 'clock'
  | 'executions'
  | 'hash'
  | 'liveAlias'
  | 'liveAliasCreation'
  | 'locks'
  | 'settingsStore'
  | 'uploads'
  | 'versions'
>;

/**
 * Creates the alias if it is absent and never writes it again: it belongs to the rollouts. Stores the endpoint's
 * settings, and only then, when the code or the settings have changed, starts a rollout of the live model on them,
 * through the same canary. On deletion the settings go, so that nothing looks for the endpoint any more; the alias goes
 * with its function.
 */
export async function liveAlias(ports: Needs, request: LiveAliasRequest): Promise<string> {
  const { liveAlias: alias, liveAliasCreation, settingsStore, versions } = ports;
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
  return rollOutLive(ports, endpoint, model, `${request.requestId}\n${request.fingerprint}`);
}

/** Starts a rollout of whatever is live; while another one runs it waits its turn, unless an upload waits already. */
async function rollOutLive(ports: Needs, endpoint: string, model: PinnedModel, request: string): Promise<string> {
  const { clock, executions, hash, locks, uploads } = ports;
  // The same deployment always asks for the same execution, however often CloudFormation repeats itself.
  const executionName = `${endpoint}-deploy-${hash(request).slice(0, 12)}`;
  const reason = "the endpoint's code or settings changed";
  const input = JSON.stringify({ endpoint, model: LIVE_MODEL, reason, startedBy: 'deploy' });
  const { bucket, key, versionId } = model;
  // Any upload gets the new code as well, so that nothing is lost when it takes this one's place.
  const upload = { endpoint, bucket, key, versionId, uploadedAt: BEFORE_ANY_UPLOAD, executionName, input };

  const now = clock.now();
  const lock = { endpoint, owner: executions.arnOf(executionName), rolloutId: executionName };
  const taken = await locks.acquire({ ...lock, leaseUntil: isoTime(now + START_LEASE_MS) }, isoTime(now));
  if (taken === 'acquired') {
    await startOwned(ports, upload);
    return `started ${executionName}`;
  }
  const { waits } = await uploads.wait(upload);
  return waits ? `${executionName} waits for ${taken.rolloutId}` : 'an upload waits already and gets the new code';
}
