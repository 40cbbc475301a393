import { performance } from 'node:perf_hooks';
import type { EngineClock } from '../clock';
import type { FunctionRuntime, InvocationResult, RuntimeContext, RuntimeVersion } from './function-runtime';

/**
 * Requests whose times both versions are compared by; each is asked so often of either, in turns, and the shortest
 * counts.
 */
const REQUESTS = 40;
const ROUNDS = 3;
/** Real milliseconds that it may take; one round of a few requests is made in any case. */
const PATIENCE_MS = 20_000;
const FEWEST = 5;

interface TimedCall {
  readonly version: RuntimeVersion;
  /** The version's own, whichever name it was asked by. */
  readonly arn: string;
  /** Events that it answered, by what was asked. */
  readonly events: Map<string, unknown>;
  isTimed: boolean;
}

/**
 * Times of two versions that can be compared, whatever else this machine has to do. A version that is asked for the
 * first time answers some requests in turns with the one before it: what slows the machine down meets both alike, and a
 * moment of it not the shortest of three. From then on both take times that are drawn of those. The first version is
 * timed so by itself: otherwise it would be faster beside another one than in its own hour, whose quantiles nothing
 * would then be beyond.
 */
export class TimedTogether implements FunctionRuntime {
  private readonly asked = new Map<string, TimedCall>();

  constructor(
    private readonly inner: FunctionRuntime,
    private readonly clock: () => Pick<EngineClock, 'real'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  start(version: RuntimeVersion): Promise<void> {
    return this.inner.start?.(version) ?? Promise.resolve();
  }

  async invoke(
    version: RuntimeVersion,
    events: readonly unknown[],
    context: RuntimeContext,
  ): Promise<readonly InvocationResult[]> {
    const { functionName } = version;
    const name = `${functionName}:${version.version}`;
    let own = this.asked.get(name);
    if (own === undefined && events.some((event) => bodyOf(event) !== undefined)) {
      const before = [...this.asked.values()].findLast((one) => one.version.functionName === functionName);
      this.asked.set(name, (own = { version, arn: arnOf(version, context), events: new Map(), isTimed: false }));
      if (before !== undefined && before.events.size > 0)
        await this.clock().real(this.time(before.events, before, own));
    }
    const results = await this.inner.invoke(version, events, context);
    if (own !== undefined) {
      const knownBefore = own.events.size;
      for (const [at, result] of results.entries()) {
        const key = own.events.size < REQUESTS && result.ok ? bodyOf(events[at]) : undefined;
        if (key !== undefined) own.events.set(key, events[at]);
      }
      const { size } = own.events;
      if (!own.isTimed && size >= FEWEST && (size >= REQUESTS || size === knownBefore))
        await this.clock().real(this.time(own.events, own));
    }
    return results;
  }

  retire(functionName: string, version: string): void {
    this.asked.delete(`${functionName}:${version}`);
    this.inner.retire?.(functionName, version);
  }

  stop(): Promise<void> {
    return this.inner.stop();
  }

  private async time(events: TimedCall['events'], ...sides: readonly TimedCall[]): Promise<void> {
    for (const side of sides) side.isTimed = true;
    const until = this.now() + PATIENCE_MS;
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [at, event] of [...events.values()].entries()) {
        if (this.now() > until && (round > 0 || at >= FEWEST)) return;
        for (const { version, arn } of round % 2 === 0 ? sides : sides.toReversed())
          await this.inner.invoke(version, [event], {
            ...{ invokedFunctionArn: arn, functionVersion: version.version },
            ...{ requestIds: [`timed-${round}-${at}`], isTimed: true },
          });
      }
  }
}

/** What tells requests to the model apart; undefined for other calls. */
function bodyOf(event: unknown): string | undefined {
  const { rawPath, body } = event as { readonly rawPath?: unknown; readonly body?: unknown };
  if (typeof rawPath !== 'string' || !rawPath.endsWith('/infer') || typeof body !== 'string') return undefined;
  return body;
}

/** `arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME:VERSION`, from whatever qualifier was invoked. */
const arnOf = ({ version }: RuntimeVersion, { invokedFunctionArn }: RuntimeContext): string =>
  [...invokedFunctionArn.split(':').slice(0, 7), version].join(':');
