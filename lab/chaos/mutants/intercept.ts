import type { HandlerName } from '../../../lib/handlers';
import { appHandlers } from '../../../simulator/app/handlers';
import { SERVICE_NAMES, type ServiceName } from '../../../simulator/service';

export interface Intercepted {
  readonly service: ServiceName;
  /** The SDK command without `Command`. */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Sends the command, with another input when one is given. */
  readonly send: (input?: Readonly<Record<string, unknown>>) => Promise<SdkOutput>;
}
export type SdkOutput = Readonly<Record<string, unknown>>;
export type Intercept = (call: Intercepted) => Promise<SdkOutput>;

type Handlers = Partial<typeof appHandlers>;
type Client = { send(command: object): Promise<SdkOutput> };

/** The app's handlers with something between them and their clients. */
export function intercepting(names: readonly HandlerName[], make: () => Intercept): Handlers {
  const intercept = make();
  return Object.fromEntries(
    names.map((name): [HandlerName, (typeof appHandlers)[HandlerName]] => [
      name,
      (clients = {}, ...rest) => {
        const wrapped = SERVICE_NAMES.map((service) => [
          service,
          wrap(clients[service] as unknown as Client, service, intercept),
        ]);
        return appHandlers[name](Object.fromEntries(wrapped) as typeof clients, ...rest);
      },
    ]),
  );
}

/** A handler whose answer, or whose whole work, is another. */
export function instead(
  name: HandlerName,
  act: (event: unknown, usual: (event: unknown) => Promise<unknown>) => Promise<unknown>,
): Handlers {
  return {
    [name]: (...parts: Parameters<(typeof appHandlers)[HandlerName]>) => {
      const usual = appHandlers[name](...parts);
      return (event: unknown) => act(event, usual);
    },
  };
}

function wrap(client: Client, service: ServiceName, intercept: Intercept): Client {
  const wrapped = Object.create(client) as Client;
  wrapped.send = (command) => {
    const { constructor, input } = command as {
      readonly constructor: { readonly name: string };
      readonly input: SdkOutput;
    };
    const send = (other: SdkOutput = input) => {
      const changed = Object.assign(Object.create(Object.getPrototypeOf(command) as object) as object, command, {
        input: other,
      });
      return client.send(changed);
    };
    return intercept({ service, name: constructor.name.replace(/Command$/, ''), input, send });
  };
  return wrapped;
}

/** The sort key of the item that a DynamoDB command reads or writes. */
export function sortKeyOf({ input }: Intercepted): string {
  const { Key, Item } = input as { readonly Key?: { readonly sk?: string }; readonly Item?: { readonly sk?: string } };
  return Key?.sk ?? Item?.sk ?? '';
}

/** An input without some of its members. */
export function without(input: SdkOutput, ...names: readonly string[]): SdkOutput {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !names.includes(name)));
}

export const UNCONDITIONAL = ['ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues'] as const;
