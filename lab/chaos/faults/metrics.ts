import type { GetMetricDataOutput } from '@aws-sdk/client-cloudwatch';
import { METRIC_DIMENSIONS } from '../../../lambdas/contract/metric-names';
import type { ReadQuery } from '../../../simulator/services/cloudwatch/get-metric-data';
import { siteOf, type FaultRun } from './fault-run';

/** CloudWatch's numbers late, in part, not at all or wrong, for one version or for both, for a while. */
export function disturbMetrics(run: FaultRun): void {
  const { metrics } = run.plan;
  if (!metrics) return;
  const { cloudwatch } = run.stage.world.services;
  const inForce = () => run.since >= metrics.fromMs && run.since < metrics.untilMs;
  const hits = (query: ReadQuery): boolean => inForce() && concerns(query, run, metrics.of);
  run.at(metrics.fromMs, () => {
    run.log(metrics.kind, metrics.of);
    if (metrics.kind === 'metrics late') delayMetrics(run, metrics, [300, 900]);
    if (metrics.kind === 'metrics partial') cloudwatch.faults = { partial: hits };
    if (metrics.kind === 'metrics missing') cloudwatch.faults = { missing: hits };
  });
  run.at(metrics.untilMs, () => {
    delayMetrics(run, metrics, undefined);
    cloudwatch.faults = {};
  });
  if (metrics.kind === 'metrics wrong') inflate(run, inForce);
}

type Seconds = readonly [least: number, most: number];
const delays = new WeakMap<FaultRun, { readonly usual: Seconds; readonly all: Map<object, Seconds> }>();

/** Numbers come as late as the worst of what disturbs them says; each may begin and end while others go on. */
export function delayMetrics(run: FaultRun, disturbance: object, seconds: Seconds | undefined): void {
  const { cloudwatch } = run.stage.world.services;
  const { usual, all } = delays.get(run) ?? { usual: cloudwatch.delaySeconds, all: new Map<object, Seconds>() };
  delays.set(run, { usual, all });
  if (seconds === undefined) all.delete(disturbance);
  else all.set(disturbance, seconds);
  cloudwatch.delaySeconds = [...all.values()].toSorted(([one], [other]) => other - one)[0] ?? usual;
}

/** Every count is doubled at random minutes: totals no longer fit the parts. */
function inflate(run: FaultRun, inForce: () => boolean): void {
  const dice = run.dice.for('metrics');
  run.stage.world.hooks.onAfter((call, answer) => {
    if (call.command !== 'GetMetricData' || siteOf(call) === undefined || !inForce()) return;
    run.logCall('metrics wrong', call);
    for (const result of (answer as GetMetricDataOutput).MetricDataResults ?? [])
      result.Values = result.Values?.map((value) => (dice.chance(0.3) ? 2 * value : value));
  });
}

/** The lower version number of a query is taken for blue's: a version is blue when the alias names it first. */
export function concerns({ dimensions }: ReadQuery, run: FaultRun, of: 'blue' | 'green' | 'both'): boolean {
  const version = dimensions['ExecutedVersion'] ?? dimensions[METRIC_DIMENSIONS.version];
  if (of === 'both' || version === undefined) return of === 'both';
  const primaries = new Set(run.stage.story.aliases.map(({ after }) => after.version));
  return primaries.has(version) === (of === 'blue');
}
