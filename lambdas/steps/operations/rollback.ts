import { chooseEndpoint } from './choose-endpoint';
import type { Actor, OperationPorts } from './ports';
import { start, type Started } from './start';
import { checkTarget } from '../validation/check-target';

type Needs = Pick<OperationPorts, 'clock' | 'executions' | 'hash' | 'locks' | 'records' | 'settings' | 'versions'>;

export interface RollbackRequest extends Actor {
  /** Version number. @default the version that was live before, or blue of the rollout that this one stops */
  readonly to?: string;
  /** Although its inputs or outputs differ from the live model's. */
  readonly force: boolean;
}

/**
 * Starts a rollback, which stops a rollout that runs and needs no approval. A target that cannot be used is refused
 * before anything is stopped.
 * @throws InvalidInput, UnknownEndpoint, RollbackTargetUnavailable, RolloutBusy beside another rollback
 */
export async function rollback(ports: Needs, name: string | undefined, request: RollbackRequest): Promise<Started> {
  const config = await chooseEndpoint(ports, name);
  const { to, by, reason, force } = request;
  const asked = { endpoint: config.settings.name, action: 'rollback', by, reason, ...(to !== undefined && { to }), ...(force && { force }) }; // prettier-ignore
  if (to !== undefined && /^[1-9][0-9]{0,8}$/.test(to)) await checkTarget(ports, config, to);
  return start(ports, asked);
}
