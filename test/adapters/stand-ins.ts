import { type AdapterContext, type AwsClients, lambdaContext } from '../../lambdas/adapters/sdk/context';
import { ENV } from '../../lambdas/contract/names';
import { copyOf } from '../../simulator/copy';
import { AwsError, type AwsService } from '../../simulator/service';

type Command = { readonly constructor: { readonly name: string }; readonly input: Readonly<Record<string, unknown>> };

/** A call as it was sent. */
export interface Sent {
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Answers a call instead of the service; `undefined` lets the service answer. May throw. */
export type Intercept = (sent: Sent, nth: number) => unknown;

/** A client of one service of the engine (or of nothing), that remembers every call. */
export function standIn(
  service: AwsService | undefined,
  intercept: Intercept = () => undefined,
): { readonly client: never; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const send = async ({ constructor, input }: Command): Promise<unknown> => {
    const call: Sent = {
      command: constructor.name.replace(/Command$/, ''),
      input: copyOf(input, 'keep') as Sent['input'],
    };
    sent.push(call);
    const answer = await intercept(call, sent.filter(({ command }) => command === call.command).length);
    if (answer !== undefined) return answer;
    if (!service) throw new AwsError('NotImplemented', `no one answers ${call.command}`, 501);
    return copyOf(await service.call(call.command, call.input, { kind: 'user' }));
  };
  return { client: { send } as never, sent };
}

export const TEST_ENV = {
  [ENV.table]: 'table',
  [ENV.bucket]: 'models-bucket',
  [ENV.topic]: 'arn:aws:sns:eu-central-1:123456789012:notices',
  [ENV.stateMachine]: 'arn:aws:states:eu-central-1:123456789012:stateMachine:rollouts',
  [ENV.atOnce]: '20',
};

export const contextWith = (clients: Partial<AwsClients>, env: AdapterContext['env'] = TEST_ENV): AdapterContext =>
  lambdaContext(clients, env);

/** An error as the SDK throws it. */
export const awsError = (name: string, status = 400, message = name): AwsError => new AwsError(name, message, status);
