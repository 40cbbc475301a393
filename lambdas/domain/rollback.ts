import { MINUTE_MS } from './minutes';

/** What Lambda calls a function as it was last written. A person may point the live alias at it; no rollout does. */
export const LATEST = '$LATEST';

/** A version that users were taken off, until it is live again: no default and no suggestion leads back to it. */
export interface TakenBack {
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The rollout that ended so, or the rollback that led away from it. */
  readonly rolloutId: string;
  /** `did not answer`: as the live version, when its successor was verified. */
  readonly how: 'reverted' | 'aborted' | 'rolled back' | 'did not answer';
}

/** A version was the live one. */
export interface Period {
  readonly version: string;
  readonly model?: unknown;
  readonly since: string;
  readonly until?: string;
}

/**
 * Where a rollback without `to` may go, best first: versions that were live with a model, older than the live one,
 * because going back never leads forward, and never one that was taken back.
 */
export function rollbackTargets(
  live: string,
  periods: readonly Pick<Period, 'version' | 'model'>[],
  takenBack: readonly Pick<TakenBack, 'version'>[],
): readonly string[] {
  const served = periods.filter(({ model }) => model !== undefined).map(({ version }) => version);
  const before = live === LATEST ? Infinity : Number(live);
  return [...new Set(served)].filter(
    (version) => Number(version) < before && !takenBack.some((one) => one.version === version),
  );
}

/** Two people who roll back, and one who had not heard of a revert, mean the same change of traffic. */
const LATELY_MS = 15 * MINUTE_MS;

/**
 * Whether the last change of live traffic was to take a version back, a short while ago: there is nothing left to undo.
 */
export function putBackLately(
  live: string,
  periods: readonly Period[],
  takenBack: readonly TakenBack[],
  now: number,
): TakenBack | undefined {
  const since = periods.find(({ version, until }) => version === live && until === undefined)?.since ?? '';
  return takenBack.find(
    ({ version, at, how }) =>
      version !== live && how !== 'did not answer' && at >= since && Date.parse(at) >= now - LATELY_MS,
  );
}

/** "version 3 was reverted by rollout … at …". */
export const takenBackInWords = ({ version, at, rolloutId, how }: TakenBack): string => {
  switch (how) {
    case 'reverted':
    case 'aborted':
      return `version ${version} was ${how} by rollout ${rolloutId} at ${at}`;
    case 'rolled back':
      return `rollback ${rolloutId} led away from version ${version} at ${at}`;
    case 'did not answer':
      return `version ${version} did not answer when rollout ${rolloutId} replaced it at ${at}`;
  }
};
