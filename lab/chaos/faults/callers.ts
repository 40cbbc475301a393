import { LIVE_ALIAS } from '../../../lambdas/contract/names';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../../lambdas/contract/metric-names';
import { codeOf } from '../../../lambdas/domain/cells';
import { MINUTE_MS } from '../../../lambdas/domain/minutes';
import { fakeTraffic } from '../../../simulator/fake-server';
import type { TrafficModel } from '../../../simulator/services/lambda/traffic';
import type { CallersPlan } from '../plan/incidents';
import type { ChaosStage } from '../world/stage';
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
      stage.story.floods.push({ endpoint: plan.endpoint, from: stage.now, until, rate: plan.rate });
      const requests = Math.round((plan.rate * BATCH_MS) / MINUTE_MS);
      const target = { functionName: stage.functionOf(plan.endpoint), qualifier: LIVE_ALIAS, requests };
      const model = modelFor(plan, trafficOf(stage, plan.endpoint), stage);
      const loop = (): void => {
        if (stage.now >= until) return;
        stage.at(stage.now + BATCH_MS, loop);
        stage.world.services.lambda.simulateTraffic(target, model);
      };
      loop();
    });
}

function modelFor({ how, endpoint }: CallersPlan, usual: TrafficModel, stage: ChaosStage): TrafficModel {
  const { server, now } = stage;
  switch (how) {
    case 'flood':
      return usual;
    case 'one class only':
      return (version, count, random) => {
        const sample = usual(version, count, random);
        const metrics = (sample.metrics ?? []).map((one) =>
          one.metric === METRICS.predictedClass ? { ...one, values: [[codeOf(0), sum(one.values)] as const] } : one,
        );
        return { ...sample, metrics };
      };
    // A 4xx counts as a request that the model was not asked.
    case 'refused requests':
      return refused(stage, endpoint);
    // As if every answer of the later version had been wrong, and none of the other's.
    case 'forged labels': {
      const versions = new Set<number>();
      return (version, count, random) => {
        const sample = refused(stage, endpoint)(version, count, random);
        if (!server.takesForged(version, endpoint, now)) return sample;
        versions.add(Number(version.version));
        const right = Number(version.version) < Math.max(...versions) ? 1 : 0;
        return {
          ...sample,
          metrics: [
            counted(METRICS.rightAnswers, right),
            counted(METRICS.labelDelay, 1),
            ...(right ? [] : [counted(METRICS.wrongLabelDelay, 1)]),
          ].map((one) => one(endpoint, version.version, count)),
        };
      };
    }
    case 'oversize answers':
      return (version, count, random) =>
        server.runsOversize()
          ? {
              ...usual(version, count, random),
              metrics: [counted(METRICS.modelErrors, 1)(endpoint, version.version, count)],
            }
          : refused(stage, endpoint)(version, count, random);
  }
}

/** Answered with a 4xx, as the server counts it. */
const refused = (stage: ChaosStage, endpoint: string): TrafficModel =>
  fakeTraffic((version) => {
    const model = stage.modelInTraffic(version);
    return model && { ...model, refused: 1, errorRate: 0 };
  }, endpoint);

const counted = (metric: string, value: number) => (endpoint: string, version: string, count: number) => ({
  namespace: METRIC_NAMESPACE,
  metric,
  dimensions: { [METRIC_DIMENSIONS.endpoint]: endpoint, [METRIC_DIMENSIONS.version]: version },
  values: [[value, count]] as const,
});

const sum = (values: readonly (readonly [number, number])[]): number => values.reduce((all, [, n]) => all + n, 0);
