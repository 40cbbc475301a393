import { lambdaVersions } from '../adapters/lambda/versions';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbLiveModels, type LivePeriod } from '../adapters/dynamodb/live-models';
import { s3Models } from '../adapters/s3/models';
import { adviceOnUnreadable, unreadableInWords } from '../contract/unreadable';
import { formatModelAddress } from '../domain/rollout';
import { lambdaPreviewAlias, lambdaLiveAlias } from '../adapters/lambda/aliases';
import { GreenUnhealthy } from '../contract/errors';
import { STATES } from '../domain/workflow';
import type { RolloutState, StateAfter } from '../contract/rollout-state';
import { secondsUntilNextLook } from '../domain/looks';
import { watchStretch } from '../domain/stretches';
import { firstWholeMinute, isoTime, MINUTE_MS } from '../domain/minutes';
import { minutesOfWatch } from '../domain/strategy';
import { type Made, ownClock } from '../adapters/sdk/context';
import type { Adapters } from '../adapters/adapters';
import { greenPromoted } from './announcements/transitions';
import { answeredYes, approvalAnswerOf, approvedInWords, decidedByAnswer, noted, watches } from './rollout/progress';
import { renewOwnership, recordProgress } from './rollout/record-progress';
import { previewLive } from './rollout/preview';
import { isNotedAsLive, writeAlias } from './rollout/write-alias';
import { checkTargetModel, whyNotStarted } from './validation/choose-model';

export const promoteGreenNeeds = {
  clock: ownClock,
  liveAlias: lambdaLiveAlias,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  models: s3Models,
  previewAlias: lambdaPreviewAlias,
  records: dynamodbRecords,
  versions: lambdaVersions,
};
type Needs = Made<typeof promoteGreenNeeds>;

/** Points the live alias at green, 100 %: version and empty weights in one write. */
export async function promoteGreen(ports: Needs, state: RolloutState): Promise<StateAfter<'promoteGreen'>> {
  const { clock } = ports;
  const version = state.green.version;
  if (version === undefined) throw new GreenUnhealthy('there is no green version to promote');
  if (state.plan.action === 'drill')
    throw new GreenUnhealthy(`version ${version} is of a drill, which promotes nothing`);
  await renewOwnership(ports, state);
  await checkStillStarts(ports, state, version);
  await recordProgress(ports, { ...state, phase: 'promoted' }, ...answeredYes(clock, state));
  const unprotected = await protectBlue(ports, state);
  const written = await writeAlias(ports, state, { version }, await isNotedAsLive(ports, state));
  const shown = await previewLive(ports, state, version);

  const now = clock.now();
  const model = state.green.model;
  const period = { version, ...(model && { model }), since: isoTime(now), ...(await broughtBy(ports, state)) };
  // A step that its execution did not outlive must not say that green is live: blue may be back already.
  await ports.liveModels.beginLivePeriod(state.endpoint, period, state.blue, () => renewOwnership(ports, state));
  await noteTakenBack(ports.liveModels, state, version, isoTime(now));
  const from = firstWholeMinute(now);
  const minutes = watches(state)
    ? minutesOfWatch(state.plan.steps, state.config.settings, minutesOfTraffic(state, from))
    : 0;
  const watch = { from: isoTime(from), minutes };
  const waitSeconds = minutes > 0 ? secondsUntilNextLook(now, watchStretch(state, watch, minutes), state.endpoint) : 1;
  await renewOwnership(ports, state, waitSeconds);
  const result = noted(
    {
      ...written,
      phase: 'promoted',
      waitSeconds,
      next: 'continue',
      ...approvedBy(state),
      watch,
      weights: [...state.weights, { at: isoTime(now), weight: 100 }],
    },
    clock,
    STATES.promoteGreen,
    `version ${version} has all live traffic${approvedInWords(state)}${unprotected}${shown}`,
  );
  await recordProgress(ports, result, greenPromoted(clock, result, minutes));
  return result;
}

/**
 * An object that was deleted since green was verified shows in no number of a canary: environments that run have the
 * model in memory, and each new one fails. All users need new ones.
 */
async function checkStillStarts(
  ports: Pick<Adapters, 'models'>,
  { config, green: { model }, plan }: RolloutState,
  version: string,
): Promise<void> {
  if (model === undefined) return;
  if (plan.action === 'rollback') return checkTargetModel(ports, config, version, model);
  const unreadable = await whyNotStarted(ports, model);
  if (unreadable === undefined) return;
  throw new GreenUnhealthy(
    `version ${version} was not promoted, because it cannot be started any more: its model ` +
      `${formatModelAddress(model)} ${unreadableInWords(unreadable)}; ${adviceOnUnreadable(unreadable)}`,
  );
}

/**
 * Which code and settings are live from now on. A rollback says nothing about those that were deployed: had they been
 * live, the next deploy must not bring back what a person took away; had their rollout died, it must still start them
 * again.
 */
async function broughtBy(
  { liveModels }: Pick<Adapters, 'liveModels'>,
  { endpoint, green, plan, config }: RolloutState,
): Promise<Pick<LivePeriod, 'fingerprint' | 'codeAhead'>> {
  const { fingerprint, codeAhead } =
    plan.action === 'rollout'
      ? { fingerprint: config.fingerprint, codeAhead: green.codeAhead }
      : ((await liveModels.livePeriods(endpoint))[0] ?? {});
  return { ...(fingerprint && { fingerprint }), ...(codeAhead && { codeAhead }) };
}

/**
 * From the promotion on no alias names blue, and tools that prune versions could delete it; so far the live alias has
 * kept it. Not to be able to is noted and no reason to stop: it only guards against what may never come.
 */
async function protectBlue(
  { versions }: Pick<Adapters, 'versions'>,
  { id, blue, config, plan }: RolloutState,
): Promise<string> {
  if (blue.model === undefined || plan.action === 'rollback') return '';
  try {
    await versions.protectVersion(
      config.functionName,
      blue.version,
      `rollout ${id} goes back to version ${blue.version}`,
    );
    return '';
  } catch (error) {
    return (
      `; version ${blue.version} could not be protected from deletion: ` +
      `${error instanceof Error ? error.name : 'unknown error'}`
    );
  }
}

/**
 * A rollback takes users off what was live, and so does a fix for a version that answers nothing: neither is gone back
 * to.
 */
async function noteTakenBack(
  liveModels: Adapters['liveModels'],
  { id, endpoint, blue, green, plan }: RolloutState,
  version: string,
  at: string,
): Promise<void> {
  const goesBack = plan.action === 'rollback' && Number(version) < Number(blue.version);
  const how = goesBack ? 'rolled back' : blue.silent === undefined ? undefined : 'did not answer';
  if (how !== undefined)
    await liveModels.noteTakenBack(endpoint, { version: blue.version, at, rolloutId: id, how }, { ...green, version });
}

/** How long green has had traffic when its watch begins; none yet where it is promoted at once. */
const minutesOfTraffic = ({ weights }: RolloutState, from: number): number => {
  const first = weights[0]?.at;
  return first === undefined ? 0 : (from - Date.parse(first)) / MINUTE_MS;
};

/** The person who approved is the one who decided. */
const approvedBy = (state: RolloutState): Pick<RolloutState, 'decidedBy'> =>
  state.next === 'approve' ? { decidedBy: decidedByAnswer(approvalAnswerOf(state.approval)) } : {};
