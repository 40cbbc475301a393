import type { HandlerName } from '../../../lib/handlers';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { appHandlers } from '../../../simulator/app/handlers';
import type { Thrown } from './story';

type Handlers = typeof appHandlers;

/** One run of a handler, from its event to its answer or its death. */
export interface ChaosInvocation {
  readonly handler: HandlerName;
  readonly event: unknown;
  readonly rolloutId?: string;
  /** Set once its process has exited: whatever its code still does reaches nothing. */
  dead?: Error;
  /** The process exits: the invocation fails at once. */
  die(error: Error): void;
}

const current = new AsyncLocalStorage<ChaosInvocation>();

/** The invocation on whose behalf a call is made; undefined for people's calls. */
export const invocationNow = (): ChaosInvocation | undefined => current.getStore();

/** Handlers whose calls know which invocation they belong to, and whose processes can be made to exit. */
export function watchedHandlers(handlers: Handlers, onThrown: (thrown: Omit<Thrown, 'at'>) => void): Handlers {
  const watched = Object.entries(handlers).map(([name, create]) => {
    const handler = name as HandlerName;
    const make: Handlers[HandlerName] = (...parts) => {
      const handle = create(...parts);
      return (event) => runWatched(handler, event, handle, onThrown);
    };
    return [handler, make] as const;
  });
  return Object.fromEntries(watched) as Handlers;
}

async function runWatched(
  handler: HandlerName,
  event: unknown,
  handle: (event: unknown) => Promise<unknown>,
  onThrown: (thrown: Omit<Thrown, 'at'>) => void,
): Promise<unknown> {
  let die: (error: Error) => void = () => undefined;
  const death = new Promise<never>((_, reject) => (die = reject));
  const rolloutId = rolloutOf(event);
  const invocation: ChaosInvocation = {
    ...{ handler, event, ...(rolloutId !== undefined && { rolloutId }) },
    die: (error) => {
      invocation.dead = error;
      die(error);
    },
  };
  try {
    return await current.run(invocation, () => Promise.race([handle(event), death]));
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    onThrown({ handler, error: name, message, ...(rolloutId !== undefined && { rolloutId }) });
    throw error;
  }
}

/** The rollout that an event is about: the state's own id, the execution's name, or the detail of its status event. */
function rolloutOf(event: unknown): string | undefined {
  const { id, execution, state, detail } = (event ?? {}) as Readonly<
    Record<string, { readonly name?: string; readonly id?: string } | undefined>
  >;
  // An event's own id is the event's.
  const found = detail !== undefined ? detail.name : typeof id === 'string' ? id : (execution?.name ?? state?.id);
  return typeof found === 'string' ? found : undefined;
}
