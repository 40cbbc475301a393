import type { FailedInWave } from '../../domain/waves';
import type { RolloutState } from '../../contract/rollout-state';
import type { EventOf } from '../../contract/transition-event';
import type { Approval } from '../../adapters/dynamodb/decisions';
import { minutesOfStep } from '../../domain/strategy';
import type { Clock } from '../../adapters/sdk/context';
import { canaryStep, header, judgementMembers, rolloutMembers } from './rollout-ended';
import { isoTime } from '../../domain/minutes';
import type { AliasState } from '../../adapters/lambda/aliases';
import type { TeardownReport } from '../../adapters/lambda/teardown';
import type { Upload } from '../../adapters/dynamodb/uploads';

/** The transitions of a rollout that runs, one function each. A step that is tried again makes the same ids. */

const head = <Name extends EventOf<RunningTransition>['transition']>(
  state: RolloutState,
  clock: Clock,
  transition: Name,
  part?: number | string,
) => ({
  ...header({ ...state, owner: state.id }, clock, transition, 'info', part),
  ...rolloutMembers(state),
});

type RunningTransition =
  | 'rollout-started'
  | 'rollout-waiting'
  | 'green-deployed'
  | 'green-verified'
  | 'traffic-shifted'
  | 'bake-extended'
  | 'judging-held'
  | 'approval-asked'
  | 'approval-answered'
  | 'green-promoted';

export const rolloutStarted = (clock: Clock, state: RolloutState): EventOf<'rollout-started'> => ({
  ...head(state, clock, 'rollout-started'),
  dryRun: state.plan.dryRun,
  steps: state.plan.steps,
});

/** Once, however often it is asked. */
export const rolloutWaiting = (clock: Clock, state: RolloutState, why: string): EventOf<'rollout-waiting'> => ({
  ...head(state, clock, 'rollout-waiting'),
  why,
});

/** Of a rollout that ended badly, as another endpoint waits for its code, which does not go there. Once for each. */
export const deployStopped = (
  clock: Clock,
  { endpoint, rolloutId, error }: FailedInWave,
): EventOf<'deploy-stopped'> => ({
  ...header({ endpoint, owner: rolloutId }, clock, 'deploy-stopped', 'action'),
  ...{ rolloutId, error },
});

export const greenDeployed = (clock: Clock, state: RolloutState): EventOf<'green-deployed'> =>
  head(state, clock, 'green-deployed');

export function greenVerified(clock: Clock, state: RolloutState): EventOf<'green-verified'> {
  const numbers = Object.entries(state.verification ?? {}).filter(
    ([name]) => name !== 'predictionShift' && name !== 'load',
  );
  return {
    ...head(state, clock, 'green-verified'),
    ...(numbers.length > 0 && { verification: Object.fromEntries(numbers) }),
  };
}

export const trafficShifted = (clock: Clock, state: RolloutState, step: number): EventOf<'traffic-shifted'> => {
  const { weight = 0, until } = state.plan.steps[step] ?? {};
  const bakeMinutes = minutesOfStep(state.plan.steps, state.canary?.windows ?? []);
  return {
    ...head(state, clock, 'traffic-shifted', step + 1),
    ...{ weight, step: { number: step + 1, of: state.plan.steps.length }, bakeMinutes, ...(until && { until }) },
  };
};

export const bakeExtended = (clock: Clock, state: RolloutState): EventOf<'bake-extended'> => ({
  ...head(state, clock, 'bake-extended'),
  ...(canaryStep(state) ?? { weight: 0, step: { number: 1, of: 1 } }),
  extendedMinutes: state.canary?.extendedMinutes ?? 0,
  ...judgementMembers(state),
});

/** `since`: the minute that began it, which tells two holds of one rollout apart. */
export const judgingHeld = (
  clock: Clock,
  state: RolloutState,
  why: string,
  since: string,
): EventOf<'judging-held'> => ({
  ...head(state, clock, 'judging-held', since),
  severity: 'action',
  phase: state.phase === 'promoted' ? 'promoted' : 'canary',
  weight: state.weights.at(-1)?.weight ?? 0,
  why,
});

export const approvalAsked = (
  clock: Clock,
  state: RolloutState,
  { why, askedAt, expiresAt, defaultAnswer, failing }: Approval,
): EventOf<'approval-asked'> => ({
  ...head(state, clock, 'approval-asked', questionOf(state)),
  severity: 'action',
  ...{ why, askedAt, expiresAt, defaultAnswer },
  ...(state.hooks && { hooks: state.hooks.map(({ hook, verdict, reason }) => ({ hook, verdict, reason })) }),
  ...(state.preview?.url !== undefined && { previewUrl: state.preview.url }),
  ...(state.canary && { weight: canaryStep(state)?.weight ?? 0 }),
  ...judgementMembers(state),
  ...(failing && { blueFails: { how: failing.how, why: failing.why } }),
});

/** Once for each question: `why` also says how green does beside it. */
export const heldWhileAsked = (
  clock: Clock,
  state: RolloutState,
  why: string,
  { askedAt }: Approval,
): EventOf<'judging-held'> => ({ ...judgingHeld(clock, state, why, askedAt), asked: true });

/** Of two in one rollout the first is about what a replay found; an id is told once. */
const questionOf = ({ replay, canary }: RolloutState): string | undefined =>
  replay?.verdict === 'differs' && canary !== undefined ? 'canary' : undefined;

export const approvalAnswered = (
  clock: Clock,
  state: RolloutState,
  approved: boolean,
  answeredBy: string,
): EventOf<'approval-answered'> => ({
  ...head(state, clock, 'approval-answered', questionOf(state)),
  approved,
  answeredBy,
});

export const greenPromoted = (clock: Clock, state: RolloutState, watchMinutes: number): EventOf<'green-promoted'> => ({
  ...head(state, clock, 'green-promoted'),
  weight: 100,
  watchMinutes,
  ...(state.decidedBy && { decidedBy: state.decidedBy }),
  ...judgementMembers(state),
});

/** What happens beside rollouts: to uploads, to weights that no rollout owns, to idle versions. */

const uploadMembers = ({ bucket, key, versionId, executionName }: Upload) => ({
  upload: { bucket, key, versionId },
  rolloutId: executionName,
});

/** @param behind the rollout that runs */
export const uploadWaiting = (clock: Clock, upload: Upload, behind: string): EventOf<'upload-waiting'> => ({
  ...header({ endpoint: upload.endpoint, owner: upload.executionName }, clock, 'upload-waiting', 'info'),
  ...uploadMembers(upload),
  behind,
});

export const uploadSuperseded = (clock: Clock, upload: Upload, why: string): EventOf<'upload-superseded'> => ({
  ...header({ endpoint: upload.endpoint, owner: upload.executionName }, clock, 'upload-superseded', 'info'),
  ...uploadMembers(upload),
  why,
});

/** Once for each state of the alias, however often it is found so. */
export const leftoverWeightsFound = (
  clock: Clock,
  endpoint: string,
  alias: AliasState,
  other: NonNullable<AliasState['canary']>,
): EventOf<'leftover-weights-found'> => ({
  ...header({ endpoint, owner: 'alias' }, clock, 'leftover-weights-found', 'action', alias.revisionId),
  liveVersion: alias.version,
  other,
});

interface NeededVersion {
  readonly version: string;
  readonly neededFor: 'live' | 'rollback-target';
  readonly model?: string;
}
const neededMembers = ({ version, neededFor, model }: NeededVersion) => ({
  version,
  neededFor,
  ...(model !== undefined && { model }),
});

/** @param episode tells the same thing, happening again, from the last time */
export const versionUnavailable = (
  clock: Clock,
  endpoint: string,
  needed: NeededVersion,
  { reason, cause, toDo }: Pick<EventOf<'version-unavailable'>, 'reason' | 'cause' | 'toDo'>,
  episode: number,
): EventOf<'version-unavailable'> => ({
  ...header({ endpoint, owner: `version-${needed.version}` }, clock, 'version-unavailable', 'action', episode),
  ...neededMembers(needed),
  ...{ reason, cause, toDo },
});

export const versionAvailable = (
  clock: Clock,
  endpoint: string,
  needed: NeededVersion,
  episode: number,
): EventOf<'version-available'> => ({
  ...header({ endpoint, owner: `version-${needed.version}` }, clock, 'version-available', 'info', episode),
  ...neededMembers(needed),
});

export const idleVersionsDeleted = (
  clock: Clock,
  { endpoint, deleted, released, kept }: TeardownReport,
): EventOf<'idle-versions-deleted'> => ({
  ...header({ endpoint, owner: 'teardown' }, clock, 'idle-versions-deleted', 'info', isoTime(clock.now())),
  ...{ deleted: [...deleted], released: [...released], kept: [...kept] },
});

/** @param until null lifts an earlier hold */
export const teardownHeld = (
  clock: Clock,
  endpoint: string,
  until: string | null,
  reason: string,
): EventOf<'teardown-postponed' | 'teardown-resumed'> =>
  until === null
    ? { ...header({ endpoint, owner: 'teardown' }, clock, 'teardown-resumed', 'info', isoTime(clock.now())), reason }
    : { ...header({ endpoint, owner: 'teardown' }, clock, 'teardown-postponed', 'info', until), until, reason };
