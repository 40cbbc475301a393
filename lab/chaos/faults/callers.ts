import { METRICS } from '../../../lambdas/contract/metric-names';
import { LIVE_ALIAS } from '../../../lambdas/contract/names';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import type { TrafficModel } from '../../../simulator/services/lambda/traffic';
import type { CallersPlan } from '../plan/incidents';
import { trafficOf } from '../world/users';
import type { FaultRun } from './fault-run';

const BATCH_MS = 10_000;

/** Callers who flood an endpoint, send one kind of input only, or requests that the server refuses. */
export function sendCallers(run: FaultRun): void {
  const { stage } = run;
  for (const plan of stage.plan.incidents.callers)
    run.when(plan.endpoint, plan.when, () => {
      const until = stage.now + plan.forMs;
      run.log('hostile callers', `${plan.endpoint}: ${plan.how}`);
      const requests = Math.round((plan.rate * BATCH_MS) / MINUTE_MS);
      const target = { functionName: stage.functionOf(plan.endpoint), qualifier: LIVE_ALIAS, requests };
      const model = modelFor(plan, trafficOf(stage, plan.endpoint));
      const loop = (): void => {
        if (stage.now >= until) return;
        stage.at(stage.now + BATCH_MS, loop);
        stage.world.services.lambda.simulateTraffic(target, model);
      };
      loop();
    });
}

function modelFor({ how }: CallersPlan, usual: TrafficModel): TrafficModel {
  switch (how) {
    case 'flood':
      return usual;
    case 'one class only':
      return (version, count, random) => {
        const sample = usual(version, count, random);
        const metrics = (sample.metrics ?? []).map((one) => one.metric === METRICS.predictedClass ? { ...one, values: [[0, sum(one.values)] as const] } : one); // prettier-ignore
        return { ...sample, metrics };
      };
    // A 4xx counts nothing but Lambda's own invocation.
    case 'refused requests':
      return (version, count, random) => ({ ...usual(version, count, random), errors: 0, metrics: [] });
  }
}

const sum = (values: readonly (readonly [number, number])[]): number => values.reduce((all, [, n]) => all + n, 0);
