import { GreenUnhealthy } from '../../contract/errors';
import type { RolloutState } from '../../contract/rollout-state';
import type { Adapters } from '../../adapters/adapters';
import type { VersionFacts } from '../../adapters/lambda/versions';
import { desiredEnvironment, findLive, newRequestKey, requestKeyFor } from '../rollout/model-environment';

/** A code or settings update by `cdk deploy` takes seconds; the handler's own limit is 300 s. */
const DEADLINE_MS = 200_000;
const POLL_MS = 1_000;

type Needs = Pick<Adapters, 'clock' | 'randomKey' | 'versions'>;

/**
 * Writes the environment and publishes it. Each write is conditional on the revision that was read, and what is
 * published is checked against it, so a `cdk deploy` in between leads to another round and never to a mixture.
 */
export async function publishGreen(ports: Needs, state: RolloutState): Promise<string> {
  const { clock, randomKey, versions } = ports;
  const functionName = state.config.functionName;
  const blue = await findLive(ports, functionName, state.blue.version);
  const deadline = clock.now() + DEADLINE_MS;
  let forced = state;
  while (clock.now() < deadline) {
    const latest = await settledLatest(ports, functionName, deadline);
    const kept = requestKeyFor(state, blue?.environment, latest.environment);
    const requestKey = kept === 'new' ? newRequestKey(state, randomKey()) : kept;
    const desired = desiredEnvironment(forced, latest.environment, requestKey);
    if (!sameEnvironment(latest.environment, desired)) {
      await versions.configureLatest(functionName, desired, latest.revisionId);
      continue;
    }
    const published = await versions.publishVersion(functionName, {
      codeSha256: latest.codeSha256,
      revisionId: latest.revisionId,
      description: `rollout ${state.id}`,
    });
    if (published !== 'changed') {
      if ((await versions.describeVersion(functionName, published.version)) !== undefined) return published.version;
      // Nothing had changed since a version that was torn down meanwhile: a new one needs a difference.
      forced = { ...state, plan: { ...state.plan, force: true } };
    }
    await clock.sleep(POLL_MS);
  }
  throw new GreenUnhealthy(
    `${functionName} kept changing for ${DEADLINE_MS / 1000} s, so green could not be published; is another deploy running?`,
  );
}

/** $LATEST once no update is under way. */
async function settledLatest(
  { clock, versions }: Pick<Adapters, 'clock' | 'versions'>,
  functionName: string,
  deadline: number,
): Promise<VersionFacts> {
  for (;;) {
    const latest = await versions.describeVersion(functionName, '$LATEST');
    if (latest === undefined) throw new GreenUnhealthy(`function ${functionName} does not exist`);
    if (latest.lastUpdate === 'Failed') {
      throw new GreenUnhealthy(
        `the last update of ${functionName} failed: ${latest.lastUpdateReason ?? 'no reason given'}`,
      );
    }
    if (latest.lastUpdate !== 'InProgress') return latest;
    if (clock.now() >= deadline)
      throw new GreenUnhealthy(`an update of ${functionName} is still in progress after ${DEADLINE_MS / 1000} s`);
    await clock.sleep(POLL_MS);
  }
}

function sameEnvironment(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}

/** Allocation takes a minute or two; the handler's limit is 300 s, publishing has had its part of it. */
const PROVISION_DEADLINE_MS = 240_000;
const PROVISION_POLL_MS = 5_000;

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
  const deadline = clock.now() + PROVISION_DEADLINE_MS;
  while (clock.now() < deadline) {
    const now = await versions.readProvisioned(functionName, version);
    if (now?.status === 'READY') return;
    if (now?.status === 'FAILED') {
      throw new GreenUnhealthy(
        `provisionedConcurrency: ${wanted} on version ${version} could not be allocated: ${now.reason ?? 'no reason given'}`,
      );
    }
    await clock.sleep(PROVISION_POLL_MS);
  }
  throw new ProvisioningUnfinished(`${wanted} on version ${version} not ready after ${PROVISION_DEADLINE_MS / 1000} s`);
}
