import type { HandlerName } from '../../../lib/handlers';
import type { Call } from '../../../simulator/hooks';
import { Dice } from '../plan/dice';
import type { Moment } from '../plan/incidents';
import type { FaultKind, FaultPlan } from '../plan/plan';
import { invocationNow } from '../world/invocation';
import type { ChaosStage } from '../world/stage';

/** What every kind of fault works with: the plan, its own dice, whether faults are on, and the log of what was done. */
export class FaultRun {
  readonly plan: FaultPlan;
  readonly dice: Dice;
  private readonly began: number;

  constructor(readonly stage: ChaosStage) {
    this.plan = stage.plan.faults;
    this.dice = new Dice(`faults ${stage.plan.seed}`);
    this.began = stage.now;
  }

  /** Milliseconds since the faults began. */
  get since(): number {
    return this.stage.now - this.began;
  }

  get active(): boolean {
    return this.since < this.plan.untilMs;
  }

  /** Does something so many milliseconds after the faults began. */
  at(ms: number, act: () => unknown): void {
    this.stage.at(this.began + ms, act);
  }

  /** Does something at a moment of an endpoint's rollouts; if that never comes, never. */
  when(endpoint: string, moment: Moment, act: () => unknown): void {
    if (moment.on === 'time') return this.at(moment.atMs, act);
    const { on, afterMs } = moment;
    const functionName = this.stage.functionOf(endpoint);
    let done = false;
    this.stage.onMoment((happened, where) => {
      if (done || !this.active || happened !== on || where !== functionName) return;
      done = true;
      this.stage.at(this.stage.now + afterMs, act);
    });
  }

  log(kind: FaultKind, where: string, about: { handler?: HandlerName; rolloutId?: string } = {}): void {
    this.stage.story.injected.push({ at: this.stage.now, kind, where, ...about });
  }

  /** Logs a fault of a call, with the invocation that suffers it. */
  logCall(kind: FaultKind, call: Call): void {
    const { handler, rolloutId } = invocationNow() ?? {};
    this.log(kind, siteOf(call) ?? call.command, { ...(handler && { handler }), ...(rolloutId && { rolloutId }) });
  }
}

/** `handler service.command` of a call by one of the app's handlers; undefined for a person's call. */
export function siteOf({ service, command, caller }: Pick<Call, 'service' | 'command' | 'caller'>): string | undefined {
  const invocation = caller.kind === 'function' ? invocationNow() : undefined;
  return invocation && `${invocation.handler} ${service}.${command}`;
}
