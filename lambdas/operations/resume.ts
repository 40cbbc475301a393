import type { EndpointConfig } from '../contract/endpoint-settings';
import { type FailedInWave, stoppedBy } from '../domain/waves';
import type { WaitingDeploy } from '../adapters/dynamodb/uploads';
import { chooseEndpoint } from '../steps/validation/find-endpoint';
import { isBrought, rolloutOfDeploy } from '../steps/uploads/start-deploy';
import type { OperationNeeds } from './needs';

type Needs = Pick<
  OperationNeeds,
  'hash' | 'liveAlias' | 'liveModels' | 'locks' | 'records' | 'settings' | 'uploads' | 'versions' | 'waves'
>;

/** A deploy that has not come everywhere: new code at all its endpoints, or other settings of one. */
export interface Unfinished {
  /** Lambda's CodeSha256; null of settings alone. */
  readonly code: string | null;
  /** Rollouts that ended badly, and hold back the others. */
  readonly stoppedBy: readonly FailedInWave[];
  /** Endpoints that it has not begun at. */
  readonly waiting: readonly string[];
  /** Where it failed or died. */
  readonly again: readonly WaitingDeploy[];
}

/** Endpoints at a time: as many requests to the table as a terminal's connection carries with ease. */
const AT_ONCE = 20;

/**
 * What a resume would let go on: where what came live is not what was deployed. Of one endpoint: what has its code.
 *
 * @throws UnknownEndpoint
 */
export async function chooseUnfinished(ports: Needs, endpoint?: string): Promise<readonly Unfinished[]> {
  const only = endpoint === undefined ? undefined : (await chooseEndpoint(ports, endpoint)).settings.name;
  const configs = await ports.settings.listSettings();
  const found: NotLive[] = [];
  for (let next = 0; next < configs.length; next += AT_ONCE)
    for (const one of await Promise.all(configs.slice(next, next + AT_ONCE).map((config) => notLive(ports, config))))
      if (one !== undefined) found.push(one);
  const keyOf = ({ deploy: { code, endpoint: own, isNewCode } }: NotLive) => (isNewCode ? code : `settings of ${own}`);
  const own = found.find(({ deploy }) => deploy.endpoint === only);
  const keys = only === undefined ? [...new Set(found.map(keyOf))] : own ? [keyOf(own)] : [];
  return Promise.all(
    keys.map(async (key) => {
      const its = found.filter((one) => keyOf(one) === key);
      const code = its[0]?.deploy.isNewCode === true ? key : null;
      return {
        code,
        stoppedBy: code === null ? [] : stoppedBy(await ports.waves.readWave(code)),
        waiting: its.filter(({ waits }) => waits).map(({ deploy }) => deploy.endpoint),
        again: its.filter(({ waits }) => !waits).map(({ deploy }) => deploy),
      };
    }),
  );
}

interface NotLive {
  readonly deploy: WaitingDeploy;
  /** In line already. */
  readonly waits: boolean;
}

async function notLive(ports: Needs, config: EndpointConfig): Promise<NotLive | undefined> {
  const { fingerprint, functionName, settings } = config;
  const endpoint = settings.name;
  const [live] = await ports.liveModels.livePeriods(endpoint);
  if (live?.fingerprint === undefined || fingerprint === undefined || isBrought(live, config)) return undefined;
  const waiting = await ports.uploads.readWaitingDeploy(endpoint);
  if (waiting !== undefined) return { deploy: waiting, waits: true };
  if ((await ports.locks.readLock(endpoint)) !== undefined) return undefined;
  const [newest] = await ports.records.listRollouts(endpoint, 1);
  const once = `${fingerprint}\n${newest?.id ?? ''}`;
  const deploy = await rolloutOfDeploy(ports, { endpoint, functionName }, once);
  return deploy && { deploy, waits: false };
}

/**
 * Lets these go on: what was held back begins, what failed or died begins again. Asked twice, it changes nothing more.
 * The reconciler starts what is in line, within its period.
 */
export async function resume(ports: Needs, chosen: readonly Unfinished[]): Promise<void> {
  for (const { code, stoppedBy: seen, again } of chosen) {
    if (code !== null && seen.length > 0) await ports.waves.resumeWave(code, seen);
    for (const { endpoint, executionName } of again) {
      // A person has thought about the question: a deploy may have come meanwhile, or another person's resume.
      const config = await ports.settings.findSettings(endpoint);
      const now = config && (await notLive(ports, config));
      if (now?.deploy.executionName === executionName)
        await ports.uploads.noteWaitingDeploy(now.deploy, 'if none waits');
    }
  }
}
