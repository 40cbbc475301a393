import { GreenUnhealthy } from '../../contract/errors';
import type { RolloutState } from '../../contract/rollout-state';
import type { Adapters } from '../../adapters/adapters';

/** Allocation takes a minute or two; the handler's limit is 300 s, publishing has had its part of it. */
const DEADLINE_MS = 240_000;
const POLL_MS = 5_000;

/** Provisioned concurrency is still being allocated; the workflow tries again. Not one of the rollout's own ends. */
export class ProvisioningUnfinished extends Error {
  override readonly name = 'ProvisioningUnfinished';
}

/** Puts the endpoint's provisioned concurrency on green's version (never on the alias, whose weights it would fight). */
export async function provisionGreen(
  { clock, versions }: Pick<Adapters, 'clock' | 'versions'>,
  state: RolloutState,
  version: string,
): Promise<void> {
  const wanted = state.config.settings.provisionedConcurrency;
  if (wanted === 0 || state.plan.dryRun) return;
  const functionName = state.config.functionName;
  if ((await versions.readProvisioned(functionName, version)) === undefined)
    await versions.provisionVersion(functionName, version, wanted);
  const deadline = clock.now() + DEADLINE_MS;
  while (clock.now() < deadline) {
    const now = await versions.readProvisioned(functionName, version);
    if (now?.status === 'READY') return;
    if (now?.status === 'FAILED') {
      throw new GreenUnhealthy(
        `provisionedConcurrency: ${wanted} on version ${version} could not be allocated: ${now.reason ?? 'no reason given'}`,
      );
    }
    await clock.sleep(POLL_MS);
  }
  throw new ProvisioningUnfinished(`${wanted} on version ${version} not ready after ${DEADLINE_MS / 1000} s`);
}
