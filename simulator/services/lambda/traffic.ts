import type { RuntimeVersion } from '../../runtime/function-runtime';
import type { CloudWatchService } from '../cloudwatch-service';
import type { Dimensions } from '../cloudwatch/metric-key';
import type { VersionRecord } from './function-record';
import type { FunctionStore } from './function-store';
import { dimensionSets, recordMinute, recordThrottles } from './invocation-metrics';
import { type Invoker, runtimeVersion } from './invoker';
import { checkInvocable, routeTo, throttleRateOf } from './routing';

/** What a number of invocations of one version did, as counts. */
export interface TrafficSample {
  /** Thrown errors among them. */
  readonly errors: number;
  /** Milliseconds and how often; the counts add up to the number of invocations. */
  readonly durations: readonly (readonly [ms: number, count: number])[];
  /** What their logs carry in embedded metric format. @default none */
  readonly metrics?: readonly {
    readonly namespace: string;
    readonly metric: string;
    readonly dimensions: Dimensions;
    readonly values: readonly (readonly [value: number, count: number])[];
  }[];
}

/** Says what `count` requests do on a version, without running any code. */
export type TrafficModel = (version: RuntimeVersion, count: number, random: () => number) => TrafficSample;

export interface TrafficResult {
  /** Requests that each version answered, errors among them. */
  readonly byVersion: ReadonlyMap<string, { readonly requests: number; readonly errors: number }>;
  /** Requests that Lambda refused before any code ran: throttled, or the version was not active. */
  readonly refused: number;
}

/** Routes `requests` by weight as so many draws and records what the model says, all stamped `atMs`. */
export function simulateTraffic(
  store: FunctionStore,
  cloudwatch: CloudWatchService,
  invoker: Invoker,
  target: {
    readonly functionName: string;
    readonly qualifier?: string;
    readonly requests: number;
    readonly atMs: number;
  },
  model: TrafficModel,
): TrafficResult {
  const { random } = store.world;
  const route = routeTo(store, target.functionName, target.qualifier);
  const counts = new Map<VersionRecord, number>();
  // Where one version gets everything there is nothing to draw.
  if (target.requests <= 0) return { byVersion: new Map(), refused: 0 };
  if (!route.weighted) counts.set(route.pick(), target.requests);
  else {
    // Most of a batch are runs of one version, and are counted as such.
    let [last, run] = [route.pick(), 1];
    const add = () => counts.set(last, (counts.get(last) ?? 0) + run);
    for (let i = 1; i < target.requests; i++) {
      const record = route.pick();
      if (record === last) run += 1;
      else {
        add();
        [last, run] = [record, 1];
      }
    }
    add();
  }
  const byVersion = new Map<string, { requests: number; errors: number }>();
  let refused = 0;
  for (const [record, drawn] of counts) {
    try {
      checkInvocable(store, route.fn, record);
    } catch {
      refused += drawn;
      continue;
    }
    const sets = dimensionSets(route, record.version, invoker.hasVersionMetrics(route));
    const throttles = draws(drawn, throttleRateOf(route.fn, record), random);
    recordThrottles(cloudwatch, sets, target.atMs, throttles);
    refused += throttles;
    const count = drawn - throttles;
    if (count === 0) continue;
    const { errors, durations, metrics = [] } = model(runtimeVersion(route.fn, record), count, random);
    const longest = durations.reduce((most, [ms]) => Math.max(most, ms), 0);
    const visibleAt = cloudwatch.visibleAt(target.atMs + longest);
    recordMinute(cloudwatch, sets, { startMs: target.atMs, count, errors, durations, visibleAt });
    for (const { namespace, metric, dimensions, values } of metrics) {
      const series = cloudwatch.seriesOf(namespace, metric, dimensions);
      for (const [value, n] of values) series.record(target.atMs, value, n, visibleAt);
    }
    byVersion.set(record.version, { requests: count, errors });
  }
  return { byVersion, refused };
}

function draws(count: number, rate: number, random: () => number): number {
  if (rate === 0) return 0;
  let hits = 0;
  for (let i = 0; i < count; i++) if (random() < rate) hits += 1;
  return hits;
}
