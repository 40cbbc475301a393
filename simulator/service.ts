import type { EngineClock } from './clock';

/**
 * Who makes a call: a person with full rights, whom the policies of resources may still refuse when the person's tags
 * are named, or a function of the app, whose deployed role is checked.
 */
export type Caller =
  | { readonly kind: 'user'; readonly tags?: Readonly<Record<string, string>> }
  | { readonly kind: 'function'; readonly logicalId: string };

/** One AWS service at the level of SDK commands: `call('UpdateAlias', input, caller)` answers as the service would. */
export interface AwsService {
  call(command: string, input: Readonly<Record<string, unknown>>, caller: Caller): Promise<unknown>;
}

export const SERVICE_NAMES = ['lambda', 's3', 'dynamodb', 'cloudwatch', 'sfn', 'sns', 'sqs', 'eventbridge'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** What every service of one world shares. */
export interface WorldContext {
  readonly clock: EngineClock;
  readonly account: string;
  readonly region: string;
  /** Uniform in [0, 1), seeded: the same seed gives the same world. */
  readonly random: () => number;
  /** Puts an event on the default event bus; delivery follows later, at least once. */
  readonly emit: (event: {
    readonly source: string;
    readonly detailType: string;
    readonly detail: unknown;
    readonly resources?: readonly string[];
  }) => void;
}

/** An error as the SDK throws it: `name` is the AWS error code. */
export class AwsError extends Error {
  readonly $fault: 'client' | 'server';
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(
    override readonly name: string,
    message: string,
    httpStatusCode = 400,
  ) {
    super(message);
    this.$fault = httpStatusCode >= 500 ? 'server' : 'client';
    this.$metadata = { httpStatusCode };
  }
}
