import type { Adapters } from '../adapters/adapters';
import { randomKey } from '../adapters/crypto';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { lambdaVersions, type VersionFacts } from '../adapters/lambda/versions';
import { s3Documents } from '../adapters/s3/documents';
import { type Made, ownClock } from '../adapters/sdk/context';
import { CLASS_NAMES_FOLDER, classNamesDocument, keptClassNames } from '../contract/class-names';
import { GreenUnhealthy } from '../contract/errors';
import type { RolloutState, StateAfter } from '../contract/rollout-state';
import { STATES } from '../domain/workflow';
import { greenDeployed } from './announcements/transitions';
import { provisionGreen, publishGreen } from './rollout/model-environment';
import { renewOwnership, recordProgress } from './rollout/record-progress';
import { noted } from './rollout/progress';

const DEADLINE_MS = 60_000;
const POLL_MS = 1_000;

/** Waits until a published version is Active: an alias update before that has been seen to fail. */
async function waitUntilActive(
  { clock, versions }: Pick<Adapters, 'clock' | 'versions'>,
  functionName: string,
  version: string,
): Promise<VersionFacts> {
  const deadline = clock.now() + DEADLINE_MS;
  for (;;) {
    const facts = await versions.describeVersion(functionName, version);
    if (facts?.state === 'Active') return facts;
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

export const deployGreenNeeds = {
  clock: ownClock,
  documents: s3Documents,
  locks: dynamodbLocks,
  randomKey: () => randomKey,
  records: dynamodbRecords,
  versions: lambdaVersions,
};
type Needs = Made<typeof deployGreenNeeds>;

/**
 * Publishes green: writes the model's full environment, waits, publishes what it wrote and nothing else, waits until
 * the version is Active. A publish that makes no new version, but blue again, means that the model is live already.
 */
export async function deployGreen(ports: Needs, state: RolloutState): Promise<StateAfter<'deployGreen'>> {
  if (state.next === 'already-live') return { ...state, next: state.next };
  await renewOwnership(ports, state);
  if (state.plan.action !== 'rollback') await keepClassNames(ports, state);
  const version = state.plan.action === 'rollback' ? state.green.version : await publishGreen(ports, state);
  if (version === undefined) throw new GreenUnhealthy('there is no version to roll back to');
  if (version === state.blue.version) {
    return noted(
      { ...state, green: { ...state.green, version }, next: 'already-live' },
      ports.clock,
      STATES.deployGreen,
      `publishing made no new version: ${version} is live already`,
    );
  }
  const deployed: StateAfter<'deployGreen'> = { ...state, green: { ...state.green, version }, next: 'verify' };
  await recordProgress(ports, deployed);
  const { code, functionName } = state.config;
  const facts = state.plan.action === 'rollout' ? await waitUntilActive(ports, functionName, version) : undefined;
  // CloudFormation has changed the function by now, or a person has, and these are the settings of before.
  const codeAhead = facts && code !== undefined && facts.codeSha256 !== code ? facts.codeSha256 : undefined;
  await provisionGreen(ports, deployed, version);
  const green = { ...deployed.green, ...(codeAhead && { codeAhead }) };
  const result = noted({ ...deployed, green }, ports.clock, STATES.deployGreen, `version ${version}`);
  await recordProgress(ports, result, greenDeployed(ports.clock, result));
  return result;
}

/** Before a version names them: it reads them when it starts, whichever names the endpoint has by then. */
async function keepClassNames(
  { documents }: Pick<Adapters, 'documents'>,
  { endpoint, config: { settings } }: RolloutState,
): Promise<void> {
  const kept = keptClassNames(settings.classNames);
  if (kept === undefined) return;
  await documents.writeDocument(endpoint, CLASS_NAMES_FOLDER, classNamesDocument(kept), kept.text, 'application/json');
}
