import type { EndpointConfig } from '../contract/endpoint-settings';
import { MINUTE_MS } from '../domain/minutes';
import { idleVersions, isInRollbackWindow } from '../domain/idle-versions';
import type { Kept, VersionUse } from '../domain/idle-versions';
import type { Ports } from '../ports/ports';

type Needs = Pick<
  Ports,
  'clock' | 'liveAlias' | 'liveModels' | 'locks' | 'notices' | 'records' | 'settings' | 'versions'
>;

export interface TeardownReport {
  readonly endpoint: string;
  readonly deleted: readonly string[];
  readonly released: readonly string[];
  readonly kept: readonly Kept[];
  readonly skipped?: string;
}

/** Deletes what is idle: versions beyond those that are in use, within the rollback window or to be kept. Reports both. */
export async function teardownIdle(ports: Needs): Promise<readonly TeardownReport[]> {
  const reports: TeardownReport[] = [];
  for (const config of await ports.settings.list()) reports.push(await teardownEndpoint(ports, config));
  return reports;
}

async function teardownEndpoint(ports: Needs, config: EndpointConfig): Promise<TeardownReport> {
  const { functionName, settings } = config;
  const endpoint = settings.name;
  const nothing = { endpoint, deleted: [], released: [], kept: [] };
  if ((await ports.locks.read(endpoint)) !== undefined) return { ...nothing, skipped: 'a rollout runs' };
  const periods = await ports.liveModels.read(endpoint);
  const use = {
    versions: await ports.versions.list(functionName),
    aliased: await ports.versions.usedByAliases(functionName),
    periods,
    now: ports.clock.now(),
    rollbackWindowMs: settings.rollbackWindowMinutes * MINUTE_MS,
    keepVersions: settings.keepVersions,
  };
  const { idle, kept } = idleVersions(use);
  const released = await releaseConcurrency(ports, config, use);
  const deleted: string[] = [];
  const stillUsed: Kept[] = [];
  for (const version of idle) {
    // Checked at the moment of deletion: a rollout or a person may have begun to use it since the list was read.
    if ((await ports.locks.read(endpoint)) !== undefined) {
      stillUsed.push({ version, why: 'a rollout has begun' });
      continue;
    }
    const aliased = await ports.versions.usedByAliases(functionName);
    if (aliased.includes(version)) {
      stillUsed.push({ version, why: 'an alias uses it' });
      continue;
    }
    const removed = await ports.versions.remove(functionName, version);
    if (removed === 'in-use') stillUsed.push({ version, why: 'an alias uses it' });
    else deleted.push(version);
  }
  const report: TeardownReport = { endpoint, deleted, released, kept: [...kept, ...stillUsed] };
  if (deleted.length + released.length > 0) await ports.notices.send(notice(report));
  return report;
}

/** The idle environment's only running cost: provisioned concurrency of a version that is not live. */
async function releaseConcurrency(ports: Needs, config: EndpointConfig, use: VersionUse): Promise<readonly string[]> {
  const { functionName, settings } = config;
  const live = await ports.versions.usedByAliases(functionName);
  const keepsWarm = (version: string) => settings.keepBlueWarm && isInRollbackWindow(version, use);
  const holders = await ports.versions.listProvisioned(functionName);
  const idle = holders.filter((version) => !live.includes(version) && !keepsWarm(version));
  for (const version of idle) await ports.versions.unprovision(functionName, version);
  return idle;
}

function notice(report: TeardownReport) {
  return {
    severity: 'info' as const,
    subject: `${report.endpoint}: ${report.deleted.length} idle versions deleted`,
    body: [
      `Deleted: ${report.deleted.join(', ') || 'none'}.`,
      `Provisioned concurrency released: ${report.released.join(', ') || 'none'}.`,
      ...report.kept.map((one) => `Kept version ${one.version}: ${one.why}.`),
    ].join('\n'),
  };
}
