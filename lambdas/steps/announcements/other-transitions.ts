import type { EventOf } from '../../contract/transition-event';
import { isoTime } from '../../domain/minutes';
import type { Clock } from '../../adapters/sdk/context';
import type { AliasState } from '../../adapters/lambda/live-alias';
import type { TeardownReport } from '../../adapters/lambda/teardown';
import type { Upload } from '../../adapters/dynamodb/uploads';
import { header } from './rollout-ended';

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
