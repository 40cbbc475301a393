import * as z from 'zod';
import { formatModelAddress } from '../domain/model-address';
import type { Ports } from '../ports/ports';
import { servedModel } from './rollout/model-environment';

/** What CloudFormation says of the alias: create it once; later only that the code or the settings have changed. */
export const liveAliasRequest = z.object({
  requestType: z.enum(['Create', 'Update', 'Delete']),
  requestId: z.string().min(1),
  functionName: z.string().min(1),
  endpoint: z.string().min(1),
  fingerprint: z.string(),
  oldFingerprint: z.string().optional(),
});
export type LiveAliasRequest = z.output<typeof liveAliasRequest>;

/**
 * Create-if-absent, and never again a write: the alias belongs to the rollouts. A change of the endpoint's code or
 * settings starts a rollout of the live model on the new code, through the same canary. Deletion is left to the function's own.
 */
export async function liveAlias(
  {
    executions,
    hash,
    liveAlias: alias,
    liveAliasCreation,
    versions,
  }: Pick<Ports, 'executions' | 'hash' | 'liveAlias' | 'liveAliasCreation' | 'versions'>,
  request: LiveAliasRequest,
): Promise<string> {
  const { functionName, endpoint } = request;
  if (request.requestType === 'Delete') return 'left to the function';
  const created = await liveAliasCreation.createIfAbsent(functionName);
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
