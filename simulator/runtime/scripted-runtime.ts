import type { FunctionRuntime, InvocationResult, RuntimeVersion } from './function-runtime';

/** What a scripted invocation does: it answers, or it fails. */
export interface ScriptedAnswer {
  readonly payload?: unknown;
  /** The function throws this. @default it answers */
  readonly error?: { readonly type: string; readonly message: string };
  /** @default 10 */
  readonly durationMs?: number;
  /** Lines on stdout, for example in embedded metric format. @default none */
  readonly logs?: readonly string[];
}

export type Script = (event: unknown, version: RuntimeVersion, random: () => number) => ScriptedAnswer;

/**
 * A runtime for tests: behaviour by a plain function, no process, no time of its own. What the script throws is the
 * function's error.
 */
export function scriptedRuntime(random: () => number, script: Script): FunctionRuntime {
  return {
    invoke: async (version, events) => events.map((event) => resultOf(() => script(event, version, random))),
    stop: async () => undefined,
  };
}

function resultOf(run: () => ScriptedAnswer): InvocationResult {
  try {
    const { payload = null, error, durationMs = 10, logs = [] } = run();
    if (!error) return { ok: true, payload, logs, durationMs };
    return { ok: false, errorType: error.type, errorMessage: error.message, trace: [], logs, durationMs };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { ok: false, errorType: name, errorMessage: message, trace: [], logs: [], durationMs: 10 };
  }
}
