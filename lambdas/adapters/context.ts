import type { Clock } from '../ports/clock';
import type { AwsClients } from './aws-clients';
import { systemClock } from './system-clock';

/** What every adapter is made from: the environment's variables, the time, and the SDK client of its own service. */
export interface AdapterContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** The service's client: a stand-in's when there is one, else made once per environment. */
  client<N extends keyof AwsClients>(name: N, make: () => AwsClients[N]): AwsClients[N];
}

/**
 * Adapters make the client that they import, so that a handler's bundle holds no other. Made at module level of a
 * handler, the context keeps each client for as long as Lambda keeps the environment.
 */
export function lambdaContext(
  clients: Partial<AwsClients> = {},
  env: AdapterContext['env'] = process.env,
  extras: { readonly clock?: Clock } = {},
): AdapterContext {
  const made: { -readonly [N in keyof AwsClients]?: AwsClients[N] } = { ...clients };
  return { env, clock: extras.clock ?? systemClock, client: (name, make) => (made[name] ??= make()) };
}
