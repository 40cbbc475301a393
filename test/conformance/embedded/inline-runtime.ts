import { format } from 'node:util';
import { runInNewContext } from 'node:vm';
import type { VirtualClock } from '../../../simulator/virtual-clock';
import type {
  FunctionRuntime,
  RuntimeContext,
  InvocationResult,
  RuntimeVersion,
} from '../../../simulator/runtime/function-runtime';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** Runs the text of `index.js` in this process, one module per version as in a warm environment, in world time. */
export function inlineRuntime(sourceOf: (logicalId: string) => string, clock: () => VirtualClock): FunctionRuntime {
  const modules = new Map<string, { readonly handler: Handler; readonly logs: string[] }>();
  const load = (version: RuntimeVersion) => {
    const key = JSON.stringify([version.logicalId, version.version, version.environment]);
    const loaded = modules.get(key) ?? evaluate(sourceOf(version.logicalId), version, clock());
    modules.set(key, loaded);
    return loaded;
  };
  const one = async (
    version: RuntimeVersion,
    event: unknown,
    { functionVersion, invokedFunctionArn }: RuntimeContext,
  ): Promise<InvocationResult> => {
    const began = clock().now();
    const { handler, logs } = load(version);
    logs.length = 0;
    const rest = () => ({ logs: [...logs], durationMs: clock().now() - began });
    try {
      const context = { functionName: version.functionName, functionVersion, invokedFunctionArn };
      const payload: unknown = await handler(copy(event), context);
      return { ok: true, payload: copy(payload ?? null), ...rest() };
    } catch (error) {
      const { name, message } = error as Error;
      return { ok: false, errorType: name, errorMessage: message, trace: [], ...rest() };
    }
  };
  return {
    inWorldTime: true,
    invoke: (version, events, context) => Promise.all(events.map((event) => one(version, event, context))),
    stop: async () => modules.clear(),
  };
}

function evaluate(source: string, version: RuntimeVersion, clock: VirtualClock) {
  const logs: string[] = [];
  const exports: { handler?: Handler } = {};
  runInNewContext(source, {
    exports,
    process: { env: { ...version.environment } },
    console: { log: (...values: unknown[]) => void logs.push(format(...values)) },
    setTimeout: (callback: () => void, ms: number) => clock.setTimeout(callback, ms),
  });
  return { handler: exports.handler!, logs };
}

/** What JSON makes of a value; Lambda hands nothing else in or out. */
const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
