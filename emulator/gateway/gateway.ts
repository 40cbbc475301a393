import { AliasRules } from './alias-rules';
import { ForwardedInvocations } from './invocations';
import { LogMetrics } from './log-metrics';
import { metricStore } from './metric-store';
import { Metrics } from './metrics';
import { ProvisionedList } from './provisioned-list';
import { Publishing } from './publishing';
import type { GatewayRoute } from './exchange';
import type { Behaviour } from './probes/probe';
import { serve, type GatewayServer } from './server';
import type { Upstream } from './upstream';

/** What the gateway can supply to any emulator. The rest must be in the emulator. */
const TO_ANY: readonly Behaviour[] = [
  'version-metrics',
  'statistics',
  'log-metrics',
  'alias-rules',
  'publish-conditions',
  'unchanged-publish',
  'provisioned-list',
];

/** What needs an emulator that runs the version it is told to: the MiniStack that our launcher starts. */
const TO_OURS: readonly Behaviour[] = ['alias-weights', 'function-url-alias'];

/** Those of the behaviours that an emulator lacks which the gateway adds. */
export const suppliedOf = (lacking: readonly Behaviour[], isOurs: boolean): readonly Behaviour[] =>
  lacking.filter((behaviour) => TO_ANY.includes(behaviour) || (isOurs && TO_OURS.includes(behaviour)));

/** Starts the gateway in front of an emulator, with the given behaviours switched on and no other. */
export function startGateway(
  upstream: Upstream,
  supplied: readonly Behaviour[],
  options: { readonly port?: number; readonly random?: () => number } = {},
): Promise<GatewayServer> {
  return serve(upstream, routesFor(upstream, supplied, options.random), options.port);
}

function routesFor(upstream: Upstream, supplied: readonly Behaviour[], random?: () => number): readonly GatewayRoute[] {
  const metrics = metricStore();
  const routes: GatewayRoute[] = [];
  const on = (...behaviours: readonly Behaviour[]): boolean => behaviours.some((each) => supplied.includes(each));
  if (on('alias-weights', 'function-url-alias', 'version-metrics')) {
    const weights = on('alias-weights', 'function-url-alias');
    routes.push(
      new ForwardedInvocations(upstream, {
        weights,
        ...(on('version-metrics') && { metrics }),
        ...(random && { random }),
      }),
    );
  }
  if (on('version-metrics', 'statistics', 'log-metrics')) {
    const logs = on('log-metrics') ? new LogMetrics(upstream, metrics) : undefined;
    routes.push(
      new Metrics(upstream, {
        metrics,
        statistics: on('statistics'),
        versions: on('version-metrics'),
        ...(logs && { logs }),
      }),
    );
  }
  if (on('alias-rules')) routes.push(new AliasRules(upstream));
  if (on('publish-conditions', 'unchanged-publish')) {
    routes.push(new Publishing(upstream, { conditions: on('publish-conditions'), unchanged: on('unchanged-publish') }));
  }
  if (on('provisioned-list')) routes.push(new ProvisionedList(upstream));
  return routes;
}
