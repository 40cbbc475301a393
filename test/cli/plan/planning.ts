import { type EndpointSettings, endpointSettingsSchema } from '../../../lambdas/contract/endpoint-settings';
import type { Plan } from '../../../cli/plan/plan';
import { makePlan } from '../../../cli/plan/make-plan';
import type { PlanRequest } from '../../../cli/plan/request';
import { steadyDay, type SteadyTraffic } from '../../../cli/plan/steady-day';
import { ownProcess } from '../../../cli/plan/workers';

/** What the benchmark's simulator makes its requests of. */
export const TRAFFIC: SteadyTraffic = {
  requestsPerMinute: 1_000,
  errorRate: 0.01,
  latency: { medianMs: 80, sigma: 0.5 },
  classShares: [0.5, 0.3, 0.15, 0.05],
};

export const settingsWith = (settings: object = {}): EndpointSettings =>
  endpointSettingsSchema.parse({ name: 'digits', ...settings });

export const requestFor = (traffic: Partial<SteadyTraffic> = {}, request: Partial<PlanRequest> = {}): PlanRequest => ({
  settings: settingsWith(),
  builtIn: true,
  strategy: 'Canary10Percent15Minutes',
  day: steadyDay({ ...TRAFFIC, ...traffic }, 1),
  source: 'a steady day',
  seed: 1,
  effort: 'quick',
  ...request,
});

export const plan = (request: PlanRequest): Promise<Plan> =>
  makePlan(request, { workers: ownProcess, progress: () => undefined });
