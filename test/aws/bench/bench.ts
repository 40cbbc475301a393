import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { Clock } from '../../../lambdas/adapters/sdk/context';
import type { RolloutFindings } from '../rollouts/findings';
import type { StackBench } from './stack-bench';

/** Where a question is asked: an account of AWS, an emulator over the wire, or the engine of simulator. */
export type Place = 'aws' | 'emulator' | 'engine';

/** How patiently and how often a question measures. Bounds its time, its calls and so its cost. */
export interface Pace {
  /** Calls of a series of measurements. */
  readonly calls: number;
  /** Between two of them. */
  readonly everyMs: number;
  /** How long to wait for numbers or states that take their time. */
  readonly patienceMs: number;
}

/** The answer of a function URL. */
export interface UrlAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a question asks with. Each question has a function of its own, so that questions may be asked at once. */
export interface Bench {
  readonly place: Place;
  readonly lambda: LambdaClient;
  readonly cloudwatch: CloudWatchClient;
  /** Clients that try once, where it matters that a call fails. */
  readonly once: { readonly lambda: LambdaClient; readonly cloudwatch: CloudWatchClient };
  readonly clock: Clock;
  readonly pace: Pace;
  /** Runs the code of `probe.ts`; the question may do with it what it likes. */
  readonly functionName: string;
  /** One GET through the URL of that alias, signed where that is needed; makes the URL at the first call. */
  callUrl(alias: string): Promise<UrlAnswer>;
  /** Makes Lambda throttle every call of the function, or none. */
  throttle(on: boolean): Promise<void>;
  /** What needs a deployed stack. @default - there is none: the engine */
  readonly stack?: StackBench;
  /** What the rollouts before the questions showed. @default - there were none */
  readonly rollouts?: RolloutFindings;
}
