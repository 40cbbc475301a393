import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Time, so that tests and the local engine can own it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** The SDK clients that adapters are built on. Handlers make them once per environment; tests pass stand-ins. */
export interface AwsClients {
  readonly lambda: LambdaClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly cloudwatch: CloudWatchClient;
  readonly sfn: SFNClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly eventbridge: EventBridgeClient;
}

/** What every adapter is made from: the environment's variables, the time, and the SDK client of its own service. */
export interface AdapterContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Straight to stdout: a line of embedded metric format with anything before its brace is no metric. */
  readonly write: (line: string) => void;
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
  extras: { readonly clock?: Clock | undefined; readonly write?: AdapterContext['write'] | undefined } = {},
): AdapterContext {
  const made: { -readonly [N in keyof AwsClients]?: AwsClients[N] } = { ...clients };
  const { clock = systemClock, write = toStdout } = extras;
  return { env, clock, write, client: (name, make) => (made[name] ??= make()) };
}

const toStdout = (line: string): void => void process.stdout.write(line);

/** What a handler or a command needs, by name: how each is made. */
export type StatedNeeds = Readonly<Record<string, (context: AdapterContext) => unknown>>;
export type Made<N extends StatedNeeds> = { readonly [K in keyof N]: ReturnType<N[K]> };

export const make = <N extends StatedNeeds>(needs: N, context: AdapterContext): Made<N> =>
  Object.fromEntries(Object.entries(needs).map(([name, one]) => [name, one(context)])) as Made<N>;

/** Marked as pure where it is called, since a bundler keeps whatever a spread copies. */
export const and = <A extends StatedNeeds, B extends StatedNeeds>(some: A, more: B): A & B => ({ ...some, ...more });

export const ownClock = ({ clock }: AdapterContext): Clock => clock;

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** The SDK's own variable. Functions that have time are deployed with more attempts; see lib/handlers. */
const MAX_ATTEMPTS = 'AWS_MAX_ATTEMPTS';

/**
 * For every SDK client. Four attempts with waits of up to 0.5, 1 and 2 seconds after a throttle: throttles and broken
 * connections of a moment are over by then; what lasts longer is the workflow's Retry.
 */
export const clientConfig = {
  maxAttempts: Number(process.env[MAX_ATTEMPTS]) || 4,
  retryMode: 'standard',
} as const;

/** The function was deployed without a variable that its adapters need; thrown while it starts. */
export class VariableMissing extends Error {
  override readonly name = 'VariableMissing';
}

/** An environment variable that must be there. Throws `VariableMissing` when it is absent or empty. */
export function requiredVariable(context: AdapterContext, name: string): string {
  const value = context.env[name];
  if (value === undefined || value === '') {
    throw new VariableMissing(`The environment variable ${name} is not set: deploy the app again.`);
  }
  return value;
}
