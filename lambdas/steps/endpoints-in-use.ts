import type { Lock } from '../adapters/dynamodb/locks';
import type { Adapters } from '../adapters/adapters';

/** A deploy would take an endpoint, or the function that serves it, away from its users. CloudFormation puts all back. */
export class EndpointInUse extends Error {
  override readonly name = 'EndpointInUse';
}

/** What a deploy is about to serve: which construct serves which endpoint. */
export type Served = Readonly<Record<string, string>>;

/**
 * Before a deploy changes anything else. Afterwards it is too late: the handlers' rights to a function that goes away are
 * taken first, and then nothing can put its traffic back, nor finish the rollout that moved it.
 */
export async function checkEndpointsInUse(
  { liveModels, locks, settings }: Pick<Adapters, 'liveModels' | 'locks' | 'settings'>,
  served: Served,
): Promise<string> {
  const { configs } = await settings.readableSettings();
  const problems: string[] = [];
  for (const { settings: one, servedBy } of configs) {
    const next = served[one.name];
    const goes = next === undefined;
    const moves = !goes && servedBy !== undefined && next !== servedBy;
    if (!goes && !moves) continue;
    const lock = await locks.readLock(one.name);
    const [live] = moves ? await liveModels.livePeriods(one.name) : [];
    if (live?.model !== undefined) problems.push(keepsItsFunction(one.name));
    else if (lock !== undefined) problems.push(busy(one.name, lock));
  }
  if (problems.length > 0) throw new EndpointInUse(problems.join(' '));
  return 'no endpoint that goes is in use';
}

export const busy = (endpoint: string, { rolloutId }: Lock): string =>
  `Endpoint "${endpoint}" cannot be taken away while rollout ${rolloutId} runs: its users would be left between two versions. Wait for its end, or abort it (npx greenlight abort ${endpoint}), then deploy again.`;

export const keepsItsFunction = (endpoint: string): string =>
  `Endpoint "${endpoint}" serves a model and keeps its function: the URL, the versions and what can be rolled back to are the function's, and callers would lose them at once. Add the new function as an endpoint of another name, upload the model there, let callers move, then take "${endpoint}" away (docs/guides/operations.md, 'A deploy is refused').`;
