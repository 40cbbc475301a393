import type { Adapters } from '../adapters/adapters';
import { dynamodbAnnouncements } from '../adapters/dynamodb/outbox';
import { dynamodbHolds } from '../adapters/dynamodb/decisions';
import { dynamodbLiveModels } from '../adapters/dynamodb/live-models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { dynamodbSettings } from '../adapters/dynamodb/settings';
import { lambdaLiveAlias } from '../adapters/lambda/aliases';
import type { TeardownReport } from '../adapters/lambda/teardown';
import { lambdaVersions } from '../adapters/lambda/versions';
import { type Made, ownClock } from '../adapters/sdk/context';
import type { Hold } from '../contract/decisions';
import type { EndpointConfig } from '../contract/endpoint-settings';
import { UnknownEndpoint, InvalidInput } from '../contract/errors';
import { eachInTurn, type Work, type WorkEvent, type TeardownRequest, MAX_POSTPONE_DAYS } from '../contract/work';
import { quoted } from '../contract/problems';
import { type VersionUse, idleVersions, isInRollbackWindow } from '../domain/idle-versions';
import { HOUR_MS, MINUTE_MS, isoTime } from '../domain/minutes';
import { idleVersionsDeleted, teardownHeld } from './announcements/transitions';

/** Until when a request puts the teardown off: null lifts an earlier one, undefined says nothing of it. */
const asked = ({ postponeUntil, postponeHours }: TeardownRequest, now: number): number | null | undefined => {
  if (postponeHours !== undefined) return now + postponeHours * HOUR_MS;
  return typeof postponeUntil === 'string' ? Date.parse(postponeUntil) : postponeUntil;
};

/** Notes a person's hold, or lifts it. Undefined when none was asked for. @throws InvalidInput beyond the limits */
async function postpone(
  { announcements, clock, holds }: Pick<Adapters, 'announcements' | 'clock' | 'holds'>,
  endpoint: string,
  request: TeardownRequest,
): Promise<string | undefined> {
  const now = clock.now();
  const until = asked(request, now);
  if (until === undefined) return undefined;
  if (until !== null && (until <= now || until > now + MAX_POSTPONE_DAYS * 24 * HOUR_MS))
    throw new InvalidInput(
      `postponeUntil: must be after now (${isoTime(now)}) and at most ${MAX_POSTPONE_DAYS} days ahead; got ` +
        `"${isoTime(until)}"`,
    );
  // What is lifted is over now: its item need not be deleted.
  const hold: Hold = { until: isoTime(until ?? now), reason: request.reason };
  await holds.holdTeardown(endpoint, hold);
  await announcements.announceOnce(teardownHeld(clock, endpoint, until === null ? null : hold.until, hold.reason));
  return until === null ? 'the teardown is postponed no longer' : inWords(hold);
}

/** Why nothing of an endpoint may be freed now, if a person has postponed it. */
async function heldBack(
  { clock, holds }: Pick<Adapters, 'clock' | 'holds'>,
  endpoint: string,
): Promise<string | undefined> {
  const hold = await holds.readHold(endpoint);
  return hold !== undefined && Date.parse(hold.until) > clock.now() ? inWords(hold) : undefined;
}

const inWords = ({ until, reason }: Hold): string => `postponed until ${until}${reason === '' ? '' : `: ${reason}`}`;

export const teardownIdleNeeds = {
  announcements: dynamodbAnnouncements,
  clock: ownClock,
  holds: dynamodbHolds,
  liveAlias: lambdaLiveAlias,
  liveModels: dynamodbLiveModels,
  locks: dynamodbLocks,
  records: dynamodbRecords,
  settings: dynamodbSettings,
  versions: lambdaVersions,
};
type Needs = Made<typeof teardownIdleNeeds>;

export type { TeardownReport };

/** Of an endpoint that was taken away since nothing is left to do. */
async function teardownNamed(ports: Needs, { endpoint }: Work): Promise<readonly TeardownReport[]> {
  const config = endpoint === undefined ? undefined : await ports.settings.findSettings(endpoint);
  return config === undefined ? [] : [await teardownEndpoint(ports, config, { dryRun: false, reason: '' })];
}

/**
 * Deletes what is idle: versions beyond those that are in use, within the rollback window or to be kept. Reports both.
 * Called with a message, of one endpoint, or as a person asks. An endpoint that fails does not keep the others from
 * their turn; its error is thrown when all had theirs.
 */
export async function teardownIdle(
  ports: Needs,
  request: TeardownRequest | WorkEvent,
): Promise<readonly TeardownReport[]> {
  if ('work' in request) return teardownNamed(ports, request.work);
  const { configs, unreadable } = await ports.settings.readableSettings();
  const reports = await eachInTurn(chosen(configs, request), (config) => teardownEndpoint(ports, config, request));
  const [first] = unreadable;
  if (first !== undefined) throw first;
  return reports;
}

function chosen(all: readonly EndpointConfig[], { endpoint }: TeardownRequest): readonly EndpointConfig[] {
  if (endpoint === undefined) return all;
  const named = all.filter((config) => config.settings.name === endpoint);
  if (named.length > 0) return named;
  const names = all.map((config) => config.settings.name).join(', ');
  throw new UnknownEndpoint(`endpoint: there is no endpoint ${quoted(endpoint)}; there are ${names || 'none'}`);
}

async function teardownEndpoint(
  ports: Needs,
  config: EndpointConfig,
  request: TeardownRequest,
): Promise<TeardownReport> {
  const { functionName, settings } = config;
  const endpoint = settings.name;
  const nothing = { endpoint, deleted: [], released: [], kept: [] };
  const skipped = (await postpone(ports, endpoint, request)) ?? (await whyNotNow(ports, endpoint));
  if (skipped !== undefined) return { ...nothing, skipped };
  const aliased = await ports.versions.usedByAliases(functionName);
  // The first deploy's version, which serves no model, is the only one that is live without anything said of it.
  if ((await ports.liveModels.isLost(endpoint)) && aliased.some((version) => version !== '1'))
    return {
      ...nothing,
      skipped: 'the list of what was live is gone; the reconciler writes it again from the records',
    };
  const use = {
    versions: await ports.versions.listVersions(functionName),
    aliased,
    periods: await ports.liveModels.livePeriods(endpoint),
    takenBack: await ports.liveModels.listTakenBack(endpoint),
    unknownBefore: await ports.liveModels.unknownBefore(endpoint),
    now: ports.clock.now(),
    rollbackWindowMs: settings.rollbackWindowMinutes * MINUTE_MS,
    keepVersions: settings.keepVersions,
  };
  const { idle, kept } = idleVersions(use);
  const holders = await idleHolders(ports, config, use);
  if (request.dryRun)
    return { endpoint, deleted: idle, released: holders, kept, skipped: 'dry run: nothing was freed' };
  const report = { endpoint, deleted: [] as string[], released: [] as string[], kept: [...kept] };
  try {
    for (const version of holders) {
      if ((await whyNotNow(ports, endpoint)) !== undefined) break;
      await ports.versions.unprovision(functionName, version);
      report.released.push(version);
    }
    for (const version of idle) {
      const why = await removed(ports, config, version);
      if (why === undefined) report.deleted.push(version);
      else report.kept.push({ version, why });
    }
  } finally {
    // What was freed before an error is told all the same.
    if (report.deleted.length + report.released.length > 0)
      await ports.announcements.announceOnce(idleVersionsDeleted(ports.clock, report));
  }
  return report;
}

const whyNotNow = async (ports: Needs, endpoint: string): Promise<string | undefined> =>
  (await ports.locks.readLock(endpoint)) === undefined ? heldBack(ports, endpoint) : 'a rollout runs';

/**
 * At the moment of deletion: a rollout may have begun since the list was read. Where a person has pointed an alias at
 * it, Lambda refuses, and no question of ours could be as late as that.
 */
async function removed(ports: Needs, config: EndpointConfig, version: string): Promise<string | undefined> {
  const { functionName, settings } = config;
  const why = await whyNotNow(ports, settings.name);
  if (why !== undefined) return why;
  return (await ports.versions.deleteVersion(functionName, version)) === 'in-use' ? 'an alias uses it' : undefined;
}

/** The idle environment's only running cost: provisioned concurrency of a version that is not live. */
async function idleHolders(ports: Needs, config: EndpointConfig, use: VersionUse): Promise<readonly string[]> {
  const { functionName, settings } = config;
  const keepsWarm = (version: string) => settings.keepBlueWarm && isInRollbackWindow(version, use);
  const holders = await ports.versions.listProvisioned(functionName);
  return holders.filter((version) => !use.aliased.includes(version) && !keepsWarm(version));
}
