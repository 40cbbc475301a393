import { Logger } from '@aws-lambda-powertools/logger';
import type * as z from 'zod';
import {
  type AwsClients,
  type Clock,
  lambdaContext,
  type Made,
  make,
  type StatedNeeds,
} from '../../adapters/sdk/context';
import { InvalidInput } from '../../contract/errors';
import { inOneMessage, problems } from '../../contract/problems';

/** What Lambda tells a handler of its call, as far as any reads it. */
export interface Invocation {
  readonly invokedFunctionArn: string;
}

/** Makes a handler; on Lambda with nothing, elsewhere with stand-ins for the clients, the environment and the time. */
export type CreateHandler = (
  clients?: Partial<AwsClients>,
  env?: Readonly<Record<string, string | undefined>>,
  extras?: HandlerExtras,
) => (event: unknown, invocation?: Invocation) => Promise<unknown>;

export interface HandlerExtras {
  readonly clock?: Clock;
  readonly write?: (line: string) => void;
  readonly fetch?: (url: string, init?: { readonly method?: string; readonly body?: string }) => Promise<unknown>;
}

/**
 * The entry of a step's function: what the step needs is made, the event is parsed here, at the edge, and trusted
 * inside.
 */
export function lambdaHandler<N extends StatedNeeds, Input>(
  name: string,
  needs: N,
  step: (needs: Made<N>, input: Input, invocation?: Invocation) => Promise<unknown>,
  input: z.ZodType<Input>,
): { readonly create: CreateHandler; readonly handler: ReturnType<CreateHandler> } {
  const create: CreateHandler = (clients, env, extras) => {
    const made = make(needs, lambdaContext(clients, env, extras));
    return (event, invocation) => step(made, parsed(input, event), invocation);
  };
  return { create, handler: onLambda(name, create) };
}

function parsed<Input>(schema: z.ZodType<Input>, event: unknown): Input {
  const result = schema.safeParse(event);
  if (!result.success) throw new InvalidInput(inOneMessage(problems(result.error, '', event)));
  return result.data;
}

/** A page of the dashboard is no line of a log. */
const MAX_LOGGED = 200;

/** The Lambda entry of a handler: made at the first call, logged as one JSON line per call and outcome. */
export function onLambda(name: string, create: CreateHandler): ReturnType<CreateHandler> {
  const logger = new Logger({ serviceName: name });
  let handle: ReturnType<CreateHandler> | undefined;
  return async (event: unknown, invocation?: Invocation) => {
    try {
      handle ??= create();
      const result = await handle(event, invocation);
      logger.info('done', { result: briefly(result) });
      return result;
    } catch (error) {
      // Thrown on as it is: the workflow matches on its name.
      logger.error('failed', { error });
      throw error;
    }
  };
}

/** The state machine's history holds every state whole; the log needs what one greps for. */
function briefly(result: unknown): unknown {
  if (typeof result === 'string' && result.length > MAX_LOGGED) return `${result.length} characters`;
  if (typeof result !== 'object' || result === null) return result;
  const { id, endpoint, phase, next, outcome, judgement } = result as Readonly<Record<string, unknown>>;
  return id === undefined ? result : { id, endpoint, phase, next, outcome, judgement };
}
