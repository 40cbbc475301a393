import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import { OperationRefused } from '../../../lambdas/contract/operation-errors';
import { abort } from '../../../lambdas/operations/abort';
import { approve, reject } from '../../../lambdas/operations/answer';
import type { OperationNeeds } from '../../../lambdas/operations/needs';
import { promote } from '../../../lambdas/operations/promote';
import { postpone } from '../../../lambdas/operations/teardown';
import { personIn } from '../../../simulator/app/save-recording';
import type { OperationPlan } from '../plan/plan';
import type { FaultRun } from './fault-run';

const ADA = { by: 'Ada', reason: 'it has to be' };
/**
 * How long the person who aborts waits to hear that users are safe; the promises are checked whether they hear it or
 * not.
 */
const PATIENCE_MS = 6 * MINUTE_MS;
const POSTPONED_HOURS = 1;

/** People promote, approve, reject, abort and postpone, at any moment, with the very code of the command line. */
export function performOperations(run: FaultRun): void {
  const { operations } = run.stage.plan;
  if (operations.length === 0) return;
  const ports = operationPorts(run);
  for (const plan of operations) run.at(plan.atMs, () => attempt(run, ports, plan));
}

export const operationPorts = ({ stage }: FaultRun): OperationNeeds => personIn(stage.app).ports;

export async function attempt(
  run: FaultRun,
  ports: OperationNeeds,
  plan: OperationPlan,
  tries = plan.tries,
): Promise<void> {
  const { stage } = run;
  const { endpoint, what } = plan;
  const rolloutId = (await stage.locks.readLock(endpoint).catch(() => undefined))?.rolloutId;
  const allowed = allowing(run, what, rolloutId);
  try {
    await perform(run, ports, plan, rolloutId);
    stage.note(`a person's ${what} of ${endpoint} is done (${rolloutId ?? 'no rollout'})`);
  } catch (error) {
    // What was refused allows nothing. Of a call that failed it is not known whether it took effect.
    if (error instanceof OperationRefused && error.name !== 'AlreadyAnswered') allowed?.withdraw();
    stage.note(`a person's ${what} of ${endpoint} fails: ${String(error).slice(0, 200)}`);
    if (tries > 1 && run.active) run.stage.at(stage.now + MINUTE_MS, () => attempt(run, ports, plan, tries - 1));
  }
}

/** Before the operation, whose effect comes before its answer: this rollout may be promoted for a person. */
function allowing({ stage }: FaultRun, what: OperationPlan['what'], rolloutId: string | undefined) {
  if (rolloutId === undefined || (what !== 'approve' && what !== 'promote')) return undefined;
  const added = [stage.story.approved, ...(what === 'promote' ? [stage.story.promoted] : [])].filter(
    (set) => !set.has(rolloutId),
  );
  for (const set of added) set.add(rolloutId);
  return { withdraw: () => added.forEach((set) => set.delete(rolloutId)) };
}

async function perform(
  run: FaultRun,
  ports: OperationNeeds,
  { endpoint, what }: OperationPlan,
  rolloutId: string | undefined,
): Promise<void> {
  switch (what) {
    case 'promote':
      await promote(ports, endpoint, ADA);
      return;
    case 'approve':
      await approve(ports, endpoint, ADA, rolloutId);
      return;
    case 'reject':
      await reject(ports, endpoint, ADA, rolloutId);
      return;
    case 'abort':
      if (rolloutId !== undefined) run.log('execution stopped', rolloutId, { rolloutId });
      await abort(ports, endpoint, ADA, PATIENCE_MS);
      return;
    case 'postpone':
      await postpone(ports, endpoint, { hours: POSTPONED_HOURS }, ADA.reason);
      return;
    case 'postpone no longer':
      await postpone(ports, endpoint, undefined, ADA.reason);
  }
}
