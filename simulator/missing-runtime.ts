import type { FunctionRuntime } from './runtime/function-runtime';

/** Stands in for code that the world was not given: every invocation fails and says so. */
export function missingRuntime(handler: string): FunctionRuntime {
  const errorMessage = `this world has no handler '${handler}' and no runtime for it`;
  return {
    invoke: async (_version, events) =>
      events.map(() => ({ ok: false, errorType: 'Runtime.ImportModuleError', errorMessage, logs: [], durationMs: 0 })),
    stop: async () => undefined,
  };
}
