import type { InvocationResult } from '../../runtime/function-runtime';
import type { CloudWatchService } from '../cloudwatch-service';
import type { Dimensions } from '../cloudwatch/metric-key';
import type { AliasRoute } from './routing';

const MINUTE = 60_000;
const NAMESPACE = 'AWS/Lambda';

/** What one version did in one minute. */
export interface MinuteOfInvocations {
  readonly startMs: number;
  readonly count: number;
  readonly errors: number;
  /** Milliseconds and how often. */
  readonly durations: ReadonlyMap<number, number> | readonly (readonly [ms: number, count: number])[];
  readonly visibleAt: number;
}

/**
 * The sets of dimensions that Lambda writes: the function, the resource that was invoked, and for an alias the version
 * that answered. The resource is `name:alias`, not an ARN.
 */
export function dimensionSets(
  route: Pick<AliasRoute, 'resource'> & { readonly fn: { readonly name: string } },
  executedVersion: string,
  perVersion: boolean,
): readonly Dimensions[] {
  const FunctionName = route.fn.name;
  const Resource = route.resource;
  const sets: Dimensions[] = [{ FunctionName }, { FunctionName, Resource }];
  if (perVersion) sets.push({ FunctionName, Resource, ExecutedVersion: executedVersion });
  return sets;
}

/** Errors has a value for every invocation, 0 for a good one, so that its SampleCount is the number of invocations. */
export function recordMinute(
  cloudwatch: CloudWatchService,
  sets: readonly Dimensions[],
  { startMs, count, errors, durations, visibleAt }: MinuteOfInvocations,
): void {
  if (count === 0) return;
  for (const dimensions of sets) {
    cloudwatch.record(NAMESPACE, 'Invocations', dimensions, startMs, 1, count, visibleAt);
    cloudwatch.record(NAMESPACE, 'Errors', dimensions, startMs, 0, count - errors, visibleAt);
    cloudwatch.record(NAMESPACE, 'Errors', dimensions, startMs, 1, errors, visibleAt);
    cloudwatch.record(NAMESPACE, 'Throttles', dimensions, startMs, 0, count, visibleAt);
    const duration = cloudwatch.seriesOf(NAMESPACE, 'Duration', dimensions);
    for (const [ms, n] of durations) duration.record(startMs, ms, n, visibleAt);
  }
}

/** Throttled calls are no invocations: they count in Throttles alone. */
export function recordThrottles(
  cloudwatch: CloudWatchService,
  sets: readonly Dimensions[],
  startMs: number,
  count: number,
): void {
  if (count === 0) return;
  const visibleAt = cloudwatch.visibleAt(startMs);
  for (const dimensions of sets) {
    cloudwatch.record(NAMESPACE, 'Throttles', dimensions, startMs, 1, count, visibleAt);
  }
}

/** Records real results, which may lie in several minutes, with the metrics that their logs carry. */
export function recordResults(
  cloudwatch: CloudWatchService,
  sets: readonly Dimensions[],
  startsMs: readonly number[],
  results: readonly InvocationResult[],
): void {
  const minutes = new Map<number, number[]>();
  startsMs.forEach((startMs, index) => {
    const minute = Math.floor(startMs / MINUTE);
    const members = minutes.get(minute);
    if (members) members.push(index);
    else minutes.set(minute, [index]);
  });
  for (const members of minutes.values()) {
    const durations = new Map<number, number>();
    let errors = 0;
    let endMs = 0;
    for (const index of members) {
      const result = results[index]!;
      if (!result.ok) errors += 1;
      // Two decimals, as Lambda reports it.
      const ms = Math.round(result.durationMs * 100) / 100;
      durations.set(ms, (durations.get(ms) ?? 0) + 1);
      endMs = Math.max(endMs, startsMs[index]! + ms);
    }
    const visibleAt = cloudwatch.visibleAt(endMs);
    const startMs = startsMs[members[0]!]!;
    recordMinute(cloudwatch, sets, { startMs, count: members.length, errors, durations, visibleAt });
    for (const index of members) cloudwatch.recordLogs(results[index]!.logs, startMs, visibleAt);
  }
}
