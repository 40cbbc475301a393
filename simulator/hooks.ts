import type { Caller, ServiceName } from './service';

/** One call of an SDK client. */
export interface Call {
  readonly service: ServiceName;
  /** The SDK command without `Command`, such as `UpdateAlias`. */
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Milliseconds since 1970, of the world. */
  readonly at: number;
  /** 1 for the world's first call, and so on: the same in every run with the same seed. */
  readonly number: number;
}

/** One synchronous or asynchronous invocation of a handler, before its code runs. */
export interface HookedInvocation {
  readonly logicalId: string;
  readonly handler: string;
  readonly event: unknown;
  readonly at: number;
}

type Listener<Arguments extends readonly unknown[]> = (...values: Arguments) => void | Promise<void>;

/** Places to watch a world and to make it fail: a hook that throws makes the call fail with its error. */
export class Hooks {
  /** Every call made, in order. */
  readonly calls: Call[] = [];
  private readonly beforeCall = new Set<Listener<[Call]>>();
  private readonly afterCall = new Set<Listener<[Call, unknown]>>();
  private readonly beforeHandler = new Set<Listener<[HookedInvocation]>>();

  /** Runs before a call has any effect. Returns what takes the hook away. */
  onBefore(listener: Listener<[Call]>): () => void {
    return add(this.beforeCall, listener);
  }

  /** Runs after the effect: to throw here is to lose the answer of a call that worked. */
  onAfter(listener: Listener<[Call, unknown]>): () => void {
    return add(this.afterCall, listener);
  }

  /** Runs before a handler's code; to throw here makes the invocation fail. */
  onInvoke(listener: Listener<[HookedInvocation]>): () => void {
    return add(this.beforeHandler, listener);
  }

  /** How often a command was called, by all callers or by one function. */
  count(service: ServiceName, command: string, logicalId?: string): number {
    const by = ({ caller }: Call) =>
      logicalId === undefined || (caller.kind === 'function' && caller.logicalId === logicalId);
    return this.calls.filter((call) => call.service === service && call.command === command && by(call)).length;
  }

  begin(call: Omit<Call, 'number'>): Call {
    const numbered = { ...call, number: this.calls.length + 1 };
    this.calls.push(numbered);
    return numbered;
  }

  before(call: Call): Promise<void> {
    return all(this.beforeCall, call);
  }

  after(call: Call, answer: unknown): Promise<void> {
    return all(this.afterCall, call, answer);
  }

  invoking(invocation: HookedInvocation): Promise<void> {
    return all(this.beforeHandler, invocation);
  }
}

function add<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

async function all<Arguments extends readonly unknown[]>(listeners: Set<Listener<Arguments>>, ...values: Arguments) {
  for (const listener of [...listeners]) await listener(...values);
}
