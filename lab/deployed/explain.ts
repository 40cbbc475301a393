import type { RolloutRecord } from '../../lambdas/contract/rollout-record';
import type { DeployedApp } from './deployed-app';
import type { DeployedEndpoint } from './endpoint';

/** How many of the newest rollouts are told. */
const NEWEST = 3;

/**
 * All that a person wants to see when something went otherwise than meant: the alias, the lock, and of the newest
 * rollouts the record and the execution's history. Never rejects: what cannot be read is said.
 */
export async function explain(app: DeployedApp, endpoint: DeployedEndpoint): Promise<string> {
  const said = async (what: string, read: () => Promise<unknown>): Promise<string> => {
    try {
      const answer = await read();
      return `${what}: ${typeof answer === 'string' ? answer : (JSON.stringify(answer) ?? 'none')}`;
    } catch (error) {
      return `${what}: not readable: ${String(error)}`;
    }
  };
  const lines = [
    `Endpoint ${endpoint.name}`,
    await said('  live alias', () => endpoint.alias()),
    await said('  versions', () => endpoint.versions()),
    await said('  lock', () => endpoint.lock()),
    await said('  waiting upload', () => endpoint.waitingUpload()),
  ];
  for (const record of await endpoint.records(NEWEST).catch(() => [])) {
    lines.push(recordInWords(record));
    const history = async () => `\n${await app.execution(record.id).history()}`;
    lines.push(record.executionArn === undefined ? '  no execution' : await said('  execution', history));
  }
  return lines.join('\n');
}

function recordInWords(record: RolloutRecord): string {
  const { state, ...shown } = record;
  const timeline = (state?.timeline ?? []).map(({ at, state: where, note }) => `    ${at} ${where}: ${note}`);
  return [`Rollout ${record.id}`, `  record: ${JSON.stringify(shown)}`, ...timeline].join('\n');
}
