import { AsyncLocalStorage } from 'node:async_hooks';

/** One piece of engine work: a handler's invocation or a call of an SDK client. */
interface Scope {
  readonly of: Scopes;
  readonly name: string;
  /** Timers, child scopes and real work that this scope has in flight. */
  waits: number;
  parked: boolean;
  readonly parent?: Scope;
  /** Aborted when the work was killed, as Lambda kills an environment at its timeout. */
  readonly signal?: AbortSignal;
}

/**
 * One for all worlds of the process: each store costs every promise of the process time, also when its world is over.
 */
const current = new AsyncLocalStorage<Scope | undefined>();

/**
 * Knows when nothing in a world is runnable. Work inside a scope is waiting for the world while it has a timer, a child
 * scope or declared real work in flight. A scope without any of them is either about to finish (then one more turn of
 * the event loop shows it) or waits for something that the world does not know of, such as an undeclared file read.
 */
export class Scopes {
  private readonly open = new Set<Scope>();

  /** Runs `work` as a scope of its own; the scope around it waits for it. Once killed it counts no more. */
  async run<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const parent = current.getStore();
    const scope: Scope = { of: this, name, waits: 0, parked: false, parent, signal };
    const release = hold(this.here());
    this.open.add(scope);
    signal?.addEventListener('abort', () => this.open.delete(scope), { once: true });
    try {
      return await current.run(scope, work);
    } finally {
      this.open.delete(scope);
      release();
    }
  }

  /** Runs background work of the engine, which no caller waits for. */
  detached<T>(work: () => T): T {
    return current.run(undefined, work);
  }

  /** Whether the present work was killed: then it must reach nothing any more. */
  killed(): boolean {
    let scope = current.getStore();
    while (scope && !scope.signal?.aborted) scope = scope.parent;
    return scope !== undefined;
  }

  /** Says that the present scope waits for the world until the returned function is called. */
  hold(): () => void {
    return hold(this.here());
  }

  /** The innermost scope of this world around the present work. */
  private here(): Scope | undefined {
    let scope = current.getStore();
    while (scope && scope.of !== this) scope = scope.parent;
    return scope;
  }

  /** Whether some scope is running, or waits for something unknown. */
  anyRunnable(): boolean {
    for (const scope of this.open) if (scope.waits === 0 && !scope.parked) return true;
    return false;
  }

  /** Gives up on the scopes that wait for something unknown: time goes on without them. Returns their names. */
  park(): readonly string[] {
    const stuck = [...this.open].filter((scope) => scope.waits === 0 && !scope.parked);
    for (const scope of stuck) scope.parked = true;
    return stuck.map((scope) => scope.name);
  }
}

function hold(scope: Scope | undefined): () => void {
  if (!scope) return () => undefined;
  scope.waits += 1;
  scope.parked = false;
  let held = true;
  return () => {
    if (held) scope.waits -= 1;
    held = false;
  };
}
