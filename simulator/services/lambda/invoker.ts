import type { InvocationResult, RuntimeVersion } from '../../runtime/function-runtime';
import type { CloudWatchService } from '../cloudwatch-service';
import type { FunctionRecord, VersionRecord } from './function-record';
import type { FunctionStore } from './function-store';
import { dimensionSets, recordResults, recordThrottles } from './invocation-metrics';
import { checkInvocable, type AliasRoute, throttled, throttleRateOf } from './routing';

/** One event and when it came, in milliseconds of world time. */
export interface Arrival {
  readonly event: unknown;
  readonly atMs: number;
}

/** How one arrival went: a version answered it, well or badly, or Lambda refused it. */
export type ServedInvocation =
  | {
      readonly kind: 'answered';
      readonly version: string;
      readonly requestId: string;
      readonly result: InvocationResult;
    }
  | { readonly kind: 'refused'; readonly error: Error };

export interface InvokerOptions {
  /** Whether an alias without weights has metrics per executed version. @default true */
  readonly versionMetricsWithoutWeights?: boolean;
  /** Gets the log lines of every call. @default - they are dropped */
  readonly onLogs?: (functionName: string, version: string, lines: readonly string[]) => void;
}

/** Sends events to the versions that a route picks, one call of the runtime per version, and records the metrics. */
export class Invoker {
  private requests = 0;

  constructor(
    private readonly store: FunctionStore,
    private readonly cloudwatch: CloudWatchService,
    private readonly options: InvokerOptions,
  ) {}

  async invoke(route: AliasRoute, arrivals: readonly Arrival[]): Promise<readonly ServedInvocation[]> {
    const served: ServedInvocation[] = new Array<ServedInvocation>(arrivals.length);
    const groups = new Map<VersionRecord, number[]>();
    arrivals.forEach((_, index) => {
      const record = route.pick();
      const members = groups.get(record);
      if (members) members.push(index);
      else groups.set(record, [index]);
    });
    await Promise.all(
      [...groups].map(([record, members]) => this.invokeVersion(route, record, members, arrivals, served)),
    );
    return served;
  }

  private async invokeVersion(
    route: AliasRoute,
    record: VersionRecord,
    members: readonly number[],
    arrivals: readonly Arrival[],
    served: ServedInvocation[],
  ): Promise<void> {
    const { fn } = route;
    const sets = dimensionSets(route, record.version, this.hasVersionMetrics(route));
    let accepted = members;
    try {
      checkInvocable(this.store, fn, record);
      accepted = this.withinLimit(fn, this.throttle(throttleRateOf(fn, record), members, served), arrivals, served);
      recordThrottles(this.cloudwatch, sets, arrivals[members[0]!]!.atMs, members.length - accepted.length);
    } catch (error) {
      // A rejected invocation leaves no log and no datapoint.
      for (const index of members) served[index] = { kind: 'refused', error: error as Error };
      return;
    }
    if (accepted.length === 0) return;
    const requestIds = accepted.map(() => this.nextRequestId());
    const running = this.store.concurrency.begin(fn, accepted.length);
    const events = accepted.map((index) => arrivals[index]!.event);
    const results = await this.run(route, record, events, requestIds).finally(() => {
      for (const one of running) one.untilMs = this.store.now;
    });
    accepted.forEach((index, i) => (running[i]!.untilMs = arrivals[index]!.atMs + results[i]!.durationMs));
    recordResults(
      this.cloudwatch,
      sets,
      accepted.map((index) => arrivals[index]!.atMs),
      results,
    );
    accepted.forEach((index, i) => {
      const result = results[i]!;
      this.options.onLogs?.(fn.name, record.version, result.logs);
      served[index] = { kind: 'answered', version: record.version, requestId: requestIds[i]!, result };
    });
  }

  hasVersionMetrics(route: AliasRoute): boolean {
    return route.throughAlias && (route.weighted || this.options.versionMetricsWithoutWeights !== false);
  }

  private throttle(rate: number, members: readonly number[], served: ServedInvocation[]): readonly number[] {
    if (rate === 0) return members;
    return members.filter((index) => {
      if (this.store.world.random() >= rate) return true;
      served[index] = { kind: 'refused', error: throttled() };
      return false;
    });
  }

  /** What comes at one moment and finds no execution free is throttled. */
  private withinLimit(
    fn: FunctionRecord,
    members: readonly number[],
    arrivals: readonly Arrival[],
    served: ServedInvocation[],
  ): readonly number[] {
    const free = this.store.concurrency.free(fn);
    if (members.length <= free) return members;
    const begun = new Map<number, number>();
    return members.filter((index) => {
      const { atMs } = arrivals[index]!;
      const before = begun.get(atMs) ?? 0;
      begun.set(atMs, before + 1);
      if (before < free) return true;
      served[index] = { kind: 'refused', error: throttled() };
      return false;
    });
  }

  private async run(
    route: AliasRoute,
    record: VersionRecord,
    events: readonly unknown[],
    requestIds: readonly string[],
  ): Promise<readonly InvocationResult[]> {
    const { runtime } = route.fn;
    const version = runtimeVersion(route.fn, record);
    const limit = runtime.inWorldTime ? new AbortController() : undefined;
    const context = {
      invokedFunctionArn: route.invokedArn,
      functionVersion: record.version,
      requestIds,
      ...(limit && { signal: limit.signal }),
    };
    const work = runtime.invoke(version, events, context);
    const results = await (limit ? this.orTimeout(work, version, events.length, limit) : work);
    return results.map((result, i) =>
      result.durationMs > version.timeoutSeconds * 1000
        ? timedOut(version.timeoutSeconds, requestIds[i]!, result.logs)
        : result,
    );
  }

  /** The results, or time-outs when the world's clock passes the function's timeout first. */
  private async orTimeout(
    work: Promise<readonly InvocationResult[]>,
    version: RuntimeVersion,
    count: number,
    controller: AbortController,
  ): Promise<readonly InvocationResult[]> {
    const { clock } = this.store.world;
    let handle: unknown;
    const limit = new Promise<readonly InvocationResult[]>((resolve) => {
      const late: InvocationResult = { ok: true, payload: null, logs: [], durationMs: Infinity };
      handle = clock.setTimeout(() => {
        controller.abort();
        resolve(new Array<InvocationResult>(count).fill(late));
      }, version.timeoutSeconds * 1000);
    });
    try {
      return await Promise.race([work, limit]);
    } finally {
      clock.clearTimeout(handle);
    }
  }

  private nextRequestId(): string {
    return `00000000-0000-4000-a000-${(++this.requests).toString(16).padStart(12, '0')}`;
  }
}

export function runtimeVersion(fn: FunctionRecord, record: VersionRecord): RuntimeVersion {
  const { environment, memoryMB, timeoutSeconds } = record.settings;
  return {
    functionName: fn.name,
    version: record.version,
    environment,
    memoryMB,
    timeoutSeconds,
    logicalId: fn.logicalId,
  };
}

function timedOut(seconds: number, requestId: string, logs: readonly string[]): InvocationResult {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
  return { ok: false, errorType: 'Sandbox.Timedout', errorMessage, logs, durationMs: seconds * 1000 };
}
