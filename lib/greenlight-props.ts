import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Architecture, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { EndpointSettingsInput } from '../lambdas/contract/endpoint-settings';
import type { DashboardOptions } from './dashboard/dashboard-options';
import type { SecurityProps } from './security';

/** What a control plane can be told. */
export interface ControlPlaneOptions {
  /**
   * How often to look for endpoints that a failed rollout left half-shifted; whole minutes, 1 to 60.
   * @default Duration.minutes(5)
   */
  readonly reconcileEvery?: Duration;
  /**
   * How often to delete versions that nothing needs any more; whole minutes.
   * @default Duration.hours(1)
   */
  readonly teardownEvery?: Duration;
  /**
   * How many rollouts run at once, 1 to 1000; others wait in the order in which they came. And the sizes of the waves,
   * 1 to 200, in which the code of a deploy goes out over the endpoints: a wave begins when all before it have ended
   * well, the last size repeats, and the first bad end holds back what has not begun until `greenlight resume`; `[]`
   * is no waves. What people upload or start never waits for a wave, and a rollback waits for nothing.
   * @default { atOnce: 20, waves: [1, 5, 20] }
   */
  readonly rollouts?: { readonly atOnce?: number; readonly waves?: readonly number[] };
  /**
   * How long logs are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
  /**
   * Gets notices of rollouts, requests for approval and alarms.
   * @default - no subscription; subscribe to `notices`
   */
  readonly alarmEmail?: string;
  /**
   * A topic of your own for the same. If it is encrypted, its key must let CloudWatch and the handlers use it.
   * @default - a new topic, encrypted
   */
  readonly topic?: ITopic;
  /**
   * What happens to the bucket and the table when the stack is deleted. A bucket with objects in it cannot be deleted.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * Accounts that may read what is under `models/` of the bucket, by their ids of 12 digits, at most 100: theirs is the
   * next stage, which takes a model by its digest. Their own policies must allow it too. A key of `security` lets them
   * decrypt; without one there is nothing more to allow. `alias/aws/…` is refused: no other account can use a key that
   * AWS manages.
   * @default - none
   */
  readonly modelReaders?: readonly string[];
  /**
   * Concurrent executions reserved for each of the functions that put blue back (restore-blue, safety-net, reconcile),
   * so that no flood of requests to an endpoint keeps them waiting; at least 1. It is their limit too: as many rollouts
   * as may fail at once. Lambda leaves 100 of an account's unreserved: a new account has 10 in all, and can reserve
   * none.
   * @default - none
   */
  readonly reservedForSafety?: number;
  /**
   * A CloudWatch dashboard of all endpoints, or `false` for none: then there are no functions behind it either, and
   * notices do not point to it.
   * @default - one with buttons; see DashboardOptions
   */
  readonly dashboard?: false | DashboardOptions;
  /**
   * Processor of all functions.
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture;
  /**
   * What a security team asks for: a key of its own, a VPC, access logs, a permissions boundary, tags.
   * @default - none of them
   */
  readonly security?: SecurityProps;
}

/** A control plane, which endpoints of any stack register with. */
export interface GreenlightControlPlaneProps extends ControlPlaneOptions {
  /**
   * By which other stacks find it: 1 to 72 letters, digits and hyphens. One of a name in an account and region; another
   * name later is another control plane.
   */
  readonly name: string;
}

/** A control plane and its endpoints in one stack. */
export interface GreenlightProps extends ControlPlaneOptions {
  /**
   * The control plane's name, by which endpoints of other stacks find it.
   * @default - the stack's name
   */
  readonly name?: string;
  /**
   * Endpoints with the built-in model server, checked together. More can be added with `addEndpoint`.
   * @default - none
   */
  readonly endpoints?: readonly EndpointSettingsInput[];
  /**
   * Who may call the endpoints' URLs: callers with IAM rights, or everybody.
   * @default FunctionUrlAuthType.AWS_IAM
   */
  readonly functionUrlAuth?: FunctionUrlAuthType;
}
