import { onOneLine } from '../contract/problems';
import { OperationRefused } from '../contract/operation-errors';
import { ABORTED_BY_PERSON } from '../contract/names';
import { type Actor, type OperationNeeds } from './needs';
import { runningRollout } from './current-rollout';
import { endedView } from './rollout-view';
import type { EndedView } from '../contract/view';
import { waitForEnd } from './wait-for-upload';
import { chooseEndpoint } from '../steps/validation/find-endpoint';

type Needs = Pick<OperationNeeds, 'clock' | 'executions' | 'liveAlias' | 'locks' | 'records' | 'settings'>;

export interface Aborted {
  readonly rollout: EndedView;
  /** What the live alias says now that the rollout is closed. */
  readonly inService: {
    readonly version: string;
    readonly canary: { readonly version: string; readonly weight: number } | null;
  };
  /** From the stop until users were safe and the rollout closed. */
  readonly seconds: number;
}

/**
 * Stops the rollout that runs. Its workflow can then do nothing more; the safety net, or else the reconciler, puts blue
 * back and closes it, after a promotion too. Answers when that is done.
 * @param meant the rollout's id; by default the one that runs
 * @throws OperationRefused NothingRuns, RolloutEnded, StateChanged, NotSafeYet when it is not done after `waitMs`
 */
export async function abort(
  ports: Needs,
  name: string | undefined,
  actor: Actor,
  waitMs: number,
  meant?: string,
): Promise<Aborted> {
  const config = await chooseEndpoint(ports, name);
  const endpoint = config.settings.name;
  const { lock } = await runningRollout(ports, endpoint, meant);
  const from = ports.clock.now();
  const cause = onOneLine(`${actor.by} aborted it${actor.reason === '' ? '' : `: ${actor.reason}`}`);
  await ports.executions.stopExecution(lock.owner, { error: ABORTED_BY_PERSON, cause });
  const record = await waitForEnd(ports, endpoint, lock.rolloutId, waitMs);
  if (record === undefined)
    throw new OperationRefused(
      'NotSafeYet',
      `endpoint ${endpoint}: rollout ${lock.rolloutId} was stopped, but blue was not yet put back after ` +
        `${waitMs / 1000} s; the reconciler tries every few minutes`,
      [
        { what: 'Look again', command: `greenlight status ${endpoint}` },
        { what: 'If it stays so, the runbook says what to do: Get users off a bad model now' },
      ],
    );
  const alias = await ports.liveAlias.readLiveAlias(config.functionName);
  return {
    rollout: endedView(record),
    inService: { version: alias.version, canary: alias.canary ?? null },
    seconds: Math.round((ports.clock.now() - from) / 1000),
  };
}
