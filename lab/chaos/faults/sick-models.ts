import { LIVE_ALIAS } from '../../../lambdas/contract/names';
import type { SickPlan } from '../plan/incidents';
import type { ChaosModel } from '../plan/chaos-model';
import type { FaultRun } from './fault-run';

/** Longer than any endpoint's timeout: Lambda ends the call. */
const FOR_EVER_MS = 900_000;

export const SICK: Readonly<Record<SickPlan['how'], Partial<ChaosModel>>> = {
  dies: { load: 'ModelUnloadable' },
  crashes: { errorRate: 1, crashes: 'Runtime exited with error: signal: killed' },
  slows: { latencyMs: 600 },
  hangs: { errorRate: 1, hangsMs: FOR_EVER_MS },
};

/** Models that served well die, crash, slow down or hang from a moment on, and may recover. */
export function sickenModels(run: FaultRun): void {
  const { stage } = run;
  for (const { when, endpoint, who, how, forMs } of stage.plan.incidents.sick)
    run.when(endpoint, when, async () => {
      const { live, green } = await servingNow(run, endpoint);
      const hit = [...(who === 'green' ? [] : [live]), ...(who === 'live' ? [] : [green])];
      for (const version of hit) {
        if (version === undefined) continue;
        run.log(`model ${how}`, `${endpoint}:${version}`);
        const sickness = { ...SICK[how] };
        stage.sicken(endpoint, version, sickness);
        if (forMs === undefined) continue;
        stage.at(stage.now + forMs, () => {
          stage.note(`version ${version} of ${endpoint} is well again`);
          stage.sicken(endpoint, version, {}, sickness);
        });
      }
    });
}

/** Every version of an endpoint fails, or is slow, in the same way for a while: what all of them need is not there. */
export function failTogether(run: FaultRun): void {
  const { stage } = run;
  for (const { when, forMs, ...outage } of stage.plan.incidents.outages) {
    const { endpoint } = outage;
    run.when(endpoint, when, () => {
      run.log('shared outage', endpoint);
      stage.outages.begin(outage);
      stage.story.outages.push({ ...outage, from: stage.now, until: stage.now + forMs });
      stage.at(stage.now + forMs, () => {
        stage.note(`the outage of ${endpoint} is over`);
        stage.outages.end(outage);
      });
    });
  }
}

/** The versions that the alias names: the one with most traffic, and the one beside it. */
export async function servingNow(
  { stage }: FaultRun,
  endpoint: string,
): Promise<{ readonly live: string; readonly green?: string }> {
  const input = { FunctionName: stage.functionOf(endpoint), Name: LIVE_ALIAS };
  const { FunctionVersion, RoutingConfig } = (await stage.world.services.lambda.call('GetAlias', input, {
    kind: 'user',
  })) as { readonly FunctionVersion: string; readonly RoutingConfig?: { readonly AdditionalVersionWeights?: object } };
  const [green] = Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {});
  return { live: FunctionVersion, ...(green !== undefined && { green }) };
}
