import type { HandlerName } from '../../../lib/handlers';
import { invocationNow } from '../world/invocation';
import type { FaultRun } from './fault-run';

/** Longer than any handler may run, 600 s: by then Lambda has killed it. */
const BEYOND_ANY_LIMIT_MS = 900_000;

/** Processes that exit or hang in the middle of a step's work. What a dead one still tries reaches nothing. */
export function crashSteps(run: FaultRun): void {
  const { hooks, clock } = run.stage.world;
  const calls = new Map<HandlerName, number>();
  hooks.onBefore(async (call) => {
    const invocation = call.caller.kind === 'function' ? invocationNow() : undefined;
    if (!invocation) return;
    if (invocation.dead) throw invocation.dead;
    if (!run.active) return;
    const nth = (calls.get(invocation.handler) ?? 0) + 1;
    calls.set(invocation.handler, nth);
    const crash = run.plan.crashes.find((one) => one.handler === invocation.handler && one.call === nth);
    if (!crash) return;
    run.logCall(crash.how, call);
    if (crash.how === 'step timed out') await clock.sleep(BEYOND_ANY_LIMIT_MS);
    const error = Object.assign(new Error('Runtime exited with error: signal: killed'), { name: 'Runtime.ExitError' });
    invocation.die(error);
    throw error;
  });
}
