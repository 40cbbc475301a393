import type { EndpointConfig } from '../contract/endpoint-settings';
import { rolloutOfDeploy } from '../steps/uploads/start-upload';
import type { OperationNeeds } from './needs';

type Needs = Pick<
  OperationNeeds,
  'hash' | 'liveAlias' | 'liveModels' | 'locks' | 'records' | 'settings' | 'uploads' | 'versions' | 'waves'
>;

export interface Resumed {
  /** Rollouts that had ended badly, and held back others. */
  readonly stoppedBy: readonly { readonly endpoint: string; readonly rolloutId: string; readonly error: string }[];
  /** Endpoints whose code or settings of the last deploy are not live, and begin now, wave after wave. */
  readonly begin: readonly string[];
}

/** Endpoints at a time: as many requests to the table as a terminal's connection carries with ease. */
const AT_ONCE = 20;

/**
 * Lets a deploy go on. At each endpoint what came live is compared with what was deployed: what was held back begins,
 * what failed or died begins again. Asked twice, it changes nothing more.
 */
export async function resume(ports: Needs): Promise<Resumed> {
  const stopped = await ports.waves.resumeWaves();
  const configs = await ports.settings.listSettings();
  const begin: string[] = [];
  for (let next = 0; next < configs.length; next += AT_ONCE) {
    const some = configs.slice(next, next + AT_ONCE);
    const waits = await Promise.all(some.map((config) => putInLine(ports, config)));
    begin.push(...some.filter((_, index) => waits[index]).map(({ settings }) => settings.name));
  }
  return { stoppedBy: stopped.map(({ endpoint, rolloutId, error }) => ({ endpoint, rolloutId, error })), begin };
}

/** The reconciler starts what is in line, within its period. */
async function putInLine(ports: Needs, { fingerprint, functionName, settings }: EndpointConfig): Promise<boolean> {
  const endpoint = settings.name;
  const waiting = await ports.uploads.readWaitingUpload(endpoint);
  if (waiting !== undefined) return waiting.code !== undefined;
  const [live] = await ports.liveModels.livePeriods(endpoint);
  if (live?.fingerprint === undefined || fingerprint === undefined || live.fingerprint === fingerprint) return false;
  if ((await ports.locks.readLock(endpoint)) !== undefined) return false;
  const [newest] = await ports.records.listRollouts(endpoint, 1);
  const once = `${fingerprint}\n${newest?.id ?? ''}`;
  const upload = await rolloutOfDeploy(ports, { endpoint, functionName }, once);
  return upload !== undefined && (await ports.uploads.waitInLine(upload)).waits;
}
