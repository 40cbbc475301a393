import type { WithheldPlan } from '../plan/incidents';
import type { ChaosPlan } from '../plan/plan';
import { invocationNow } from '../world/invocation';
import type { FaultRun } from './fault-run';

/** A person takes an action away from a role, and gives it back when people have complained for long enough. */
export function withholdPermissions(run: FaultRun): void {
  const { permissions } = run.stage.world;
  const withheld = new Map<WithheldPlan, string>();
  for (const plan of [...run.stage.plan.incidents.withheld, ...settling(run.stage.plan)]) {
    run.at(plan.fromMs, () => {
      if (plan.role === 'workflow') {
        withheld.set(plan, INVOKE);
        return run.stage.note(`the state machine may no longer invoke ${plan.handler}`);
      }
      const granted = permissions.granted().filter(({ logicalId }) => run.stage.handlerOf(logicalId) === plan.handler);
      const actions = [...new Set(granted.map(({ action }) => action))].filter((action) => !OF_SERVICES.test(action));
      const action = actions[Math.floor(plan.pick * actions.length)];
      if (action === undefined) return;
      withheld.set(plan, action);
      run.stage.note(`${plan.handler} may no longer ${action}`);
    });
    run.at(plan.untilMs, () => {
      if (withheld.delete(plan)) run.stage.note(`${plan.handler} has its permissions again`);
    });
  }
  const workflow = run.stage.workflowRole;
  permissions.withheld = (whose, action, resource) => {
    const own = run.stage.handlerOf(whose);
    for (const [plan, name] of withheld) {
      const { handler } = plan;
      const byMachine =
        plan.role === 'workflow' && whose === workflow && isOneOf(run.stage.functionsOf(handler), resource);
      if (name !== action || !(byMachine || (plan.role === undefined && handler === own))) continue;
      if (byMachine) {
        run.log('permission missing', `workflow ${action} of ${handler}`, { handler });
        return true;
      }
      const { rolloutId } = invocationNow() ?? {};
      run.log('permission missing', `${handler} ${action}`, { handler, ...(rolloutId !== undefined && { rolloutId }) });
      return true;
    }
    return false;
  };
}

/** A policy that a deploy has just written is not everywhere yet. */
function settling({ redeployAtMs, policiesSettle }: ChaosPlan): readonly WithheldPlan[] {
  if (redeployAtMs === undefined || policiesSettle === undefined) return [];
  const { afterMs, pick } = policiesSettle;
  return [{ handler: 'live-alias', fromMs: redeployAtMs, untilMs: redeployAtMs + afterMs, pick }];
}

const INVOKE = 'lambda:InvokeFunction';

const isOneOf = (functions: readonly string[], arn: string): boolean =>
  functions.some((name) => arn.endsWith(`:function:${name}`));

/** Actions that AWS's services use with the role, which nothing in this world does. */
const OF_SERVICES = /^(logs|xray|sqs|kms):/;
