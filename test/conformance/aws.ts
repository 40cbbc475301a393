import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { AwsClients } from '../../lambdas/adapters/sdk/context';

/**
 * An AWS to ask: the embedded engine or an emulator, through the same SDK clients. Whatever is made here is new and its
 * own.
 */
export interface Aws extends AwsClients {
  /**
   * Creates a function and waits until it is Active. Answers its name.
   * @param source CommonJS text of `index.js` that exports `handler`; by default it answers `{ version, model }`, its
   *   own version and its variable MODEL.
   */
  createFunction(source?: string, options?: FunctionOptions): Promise<string>;
  /** Creates a bucket. Answers its name. */
  createBucket(options: { readonly versioned: boolean; readonly events?: boolean }): Promise<string>;
  /** Creates a table with the text keys `pk` and `sk`. Answers its name. */
  createTable(): Promise<string>;
  /** Creates a standard state machine that may invoke every function. Answers its ARN. */
  createStateMachine(definition: object): Promise<string>;
  /** Creates a topic. Answers its ARN. */
  createTopic(): Promise<string>;
  /** Creates a standard queue. Answers its URL. */
  createQueue(): Promise<string>;
  /** Creates a metric alarm in that state. Answers its name. */
  createAlarm(state: StateValue): Promise<string>;
  /**
   * From now on a rule of the default event bus sends what matches the pattern to a function. Answers what came so far.
   */
  listen(pattern: object): Promise<() => Promise<readonly BusEvent[]>>;
  /** Seconds after which a metric can surely be read. AWS itself takes a minute or two. */
  readonly metricsWithinSeconds: number;
  /** Milliseconds since 1970 of this AWS. */
  now(): number;
  /** Lets time pass, in milliseconds of this AWS. */
  sleep(ms: number): Promise<void>;
}

export interface FunctionOptions {
  /** Seconds. @default 10 */
  readonly timeoutSeconds?: number;
  /** Name of the execution role. @default 'conformance' */
  readonly role?: string;
}

/** An event as the target of a rule gets it. */
export interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}
