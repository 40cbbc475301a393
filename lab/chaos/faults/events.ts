import type { HandlerName } from '../../../lib/handlers';
import type { Job } from '../../../lambdas/contract/work';
import type { BusEvent } from '../../../simulator/events';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import type { Shares } from '../plan/plan';
import type { FaultRun } from './fault-run';

/** Events of uploads and of executions that come never, twice, late, and so in another order. */
export function disturbEvents(run: FaultRun): void {
  const { world } = run.stage;
  const { events } = world;
  const usual = events.delivery;
  const dice = run.dice.for('events');
  events.delivery = (event, rule) => {
    const shares = run.plan.events[event.source as 'aws.s3' | 'aws.states'] as Shares | undefined;
    if (!shares || !run.active) return usual(event, rule);
    const where = subjectOf(event);
    if (dice.chance(shares.lost)) {
      run.log('event lost', where);
      return [];
    }
    const late = dice.chance(shares.late);
    const doubled = dice.chance(shares.doubled);
    if (late) run.log('event late', where);
    if (doubled) run.log('event doubled', where);
    const first = late ? dice.int(10, 600) * 1000 : 500;
    return doubled ? [first, first + dice.pick([0, 700, 20_000, 15 * MINUTE_MS])] : [first];
  };
}

/** What an event is about: an object version, or an execution's name and status. */
export function subjectOf(event: BusEvent): string {
  const { object, name, status } = event.detail as {
    readonly object?: { readonly key: string; readonly 'version-id'?: string };
    readonly name?: string;
    readonly status?: string;
  };
  return object ? `${object.key}?versionId=${object['version-id'] ?? ''}` : `${name ?? ''} ${status ?? ''}`;
}

const JOB_OF: Readonly<Record<Job, HandlerName>> = { reconcile: 'reconcile', teardown: 'teardown-idle' };

/** Ticks of the schedules that never come, or twice at once. */
export function disturbTicks(run: FaultRun): void {
  const { world } = run.stage;
  const { invocations } = world;
  const usual = invocations.asEvent.bind(invocations);
  const dice = run.dice.for('ticks');
  invocations.asEvent = async (arn, event) => {
    const { job } = (event ?? {}) as { readonly job?: Job };
    const which = job !== undefined ? JOB_OF[job] : /announce/i.test(arn) ? 'announce' : undefined;
    if (which === undefined || !run.active) return usual(arn, event);
    if (dice.chance(run.plan.ticks.lost)) return run.log('tick lost', which, { handler: which });
    if (!dice.chance(run.plan.ticks.doubled)) return usual(arn, event);
    run.log('tick doubled', which, { handler: which });
    await Promise.all([usual(arn, event), usual(arn, event)]);
  };
}

/** Batches of the table's stream that are never handed out, twice, or late. */
export function disturbBatches(run: FaultRun): void {
  const { eventSources } = run.stage.world;
  const usual = eventSources.delivery;
  const dice = run.dice.for('batches');
  eventSources.delivery = (records, source) => {
    if (!run.active) return usual(records, source);
    const { lost, doubled, late } = run.plan.batches;
    const about = { handler: 'announce' } as const;
    const where = `${records.length} announcements`;
    if (dice.chance(lost)) {
      run.log('batch lost', where, about);
      return [];
    }
    const isLate = dice.chance(late);
    const first = isLate ? dice.int(5, 300) * 1000 : 300;
    if (isLate) run.log('batch late', where, about);
    if (!dice.chance(doubled)) return [first];
    run.log('batch doubled', where, about);
    return [first, first + dice.pick([0, 700, 20_000])];
  };
}

/** CloudFormation's requests to the custom resource come a second time, like any event of Lambda's may. */
export function repeatRequests(run: FaultRun): void {
  const { stage } = run;
  const { invocations } = stage.world;
  const usual = invocations.asEvent.bind(invocations);
  const dice = run.dice.for('requests');
  invocations.asEvent = async (arn, event) => {
    const { ResponseURL: url } = (event ?? {}) as { readonly ResponseURL?: string };
    if (url !== undefined && run.plan.requestsRepeated && run.active) {
      run.log('event doubled', 'the request of a deployment');
      stage.at(stage.now + dice.pick([700, 20_000, 4 * MINUTE_MS, 15 * MINUTE_MS]), () => usual(arn, event));
    }
    return usual(arn, event);
  };
}
