import type * as z from 'zod';
import { type AdapterContext, type AwsClients, type Clock, lambdaContext } from '../../adapters/sdk/context';
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
  readonly fetch?: (url: string, init?: { readonly method?: string; readonly body?: string }) => Promise<unknown>;
}

/** Wires a step to its adapters; the event is parsed here, at the edge, and trusted inside. */
export function createHandler<Ports, Input>(
  ports: (context: AdapterContext) => Ports,
  step: (ports: Ports, input: Input, invocation?: Invocation) => Promise<unknown>,
  input: z.ZodType<Input>,
): CreateHandler {
  return (clients, env, extras) => {
    const made = ports(lambdaContext(clients, env, extras?.clock ? { clock: extras.clock } : {}));
    return (event, invocation) => step(made, parsed(input, event), invocation);
  };
}

function parsed<Input>(schema: z.ZodType<Input>, event: unknown): Input {
  const result = schema.safeParse(event);
  if (!result.success) throw new InvalidInput(inOneMessage(problems(result.error, '', event)));
  return result.data;
}
