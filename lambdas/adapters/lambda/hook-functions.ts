import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { HookEvent } from '../../contract/hooks';
import { isAwsError } from '../sdk/answers';
import type { AdapterContext } from '../sdk/context';
import { lambdaClient } from './client';
import { crashOf, linesOf, parsed } from './endpoint-calls';

/** How a call of a user's function ended. */
export type HookCall =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'crashed'; readonly error: string; readonly message: string; readonly log: readonly string[] }
  | { readonly kind: 'late' }
  | { readonly kind: 'missing'; readonly message: string };

/** Functions of the user's that are asked about a rollout. */
export interface HookFunctions {
  /**
   * Waits for the answer, not longer than so many milliseconds: what comes later is not listened to. Throttles and AWS'
   * own errors are thrown: they say nothing about the function.
   */
  callHook(functionName: string, event: HookEvent, limitMs: number): Promise<HookCall>;
}

export const lambdaHookFunctions = (context: AdapterContext): HookFunctions => {
  const client = lambdaClient(context);
  async function invoke(functionName: string, event: HookEvent, abortSignal: AbortSignal): Promise<HookCall> {
    const payload = Buffer.from(JSON.stringify(event));
    const command = new InvokeCommand({ FunctionName: functionName, Payload: payload, LogType: 'Tail' });
    try {
      const { Payload, FunctionError, LogResult } = await client.send(command, { abortSignal });
      const answer = parsed(Buffer.from(Payload ?? []).toString('utf8'));
      return FunctionError === undefined
        ? { kind: 'answered', answer }
        : { ...crashOf(answer, FunctionError), log: linesOf(LogResult) };
    } catch (error) {
      if (isAwsError(error, 'ResourceNotFoundException'))
        return { kind: 'missing', message: error instanceof Error ? error.message : functionName };
      throw error;
    }
  }
  return {
    callHook: async (functionName, event, limitMs) => {
      const over = new AbortController();
      const call = invoke(functionName, event, over.signal);
      // Whatever comes of it later.
      call.catch(() => undefined);
      const late = context.clock.sleep(limitMs).then((): HookCall => ({ kind: 'late' }));
      return Promise.race([call, late]).finally(() => over.abort());
    },
  };
};
