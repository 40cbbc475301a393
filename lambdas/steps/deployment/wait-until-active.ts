import { GreenUnhealthy } from '../../contract/errors';
import type { Adapters } from '../../adapters/adapters';

const DEADLINE_MS = 60_000;
const POLL_MS = 1_000;

/** Waits until a published version is Active: an alias update before that has been seen to fail. */
export async function waitUntilActive(
  { clock, versions }: Pick<Adapters, 'clock' | 'versions'>,
  functionName: string,
  version: string,
): Promise<void> {
  const deadline = clock.now() + DEADLINE_MS;
  for (;;) {
    const facts = await versions.describeVersion(functionName, version);
    if (facts?.state === 'Active') return;
    if (facts?.state === 'Failed') {
      throw new GreenUnhealthy(`version ${version} failed to become Active: ${facts.stateReason ?? 'no reason given'}`);
    }
    if (clock.now() >= deadline) {
      throw new GreenUnhealthy(
        `version ${version} is ${facts?.state ?? 'missing'}, not Active, after ${DEADLINE_MS / 1000} s`,
      );
    }
    await clock.sleep(POLL_MS);
  }
}
