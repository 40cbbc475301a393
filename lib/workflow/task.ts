import { handlerOf, HANDLERS, type TaskState, type WorkflowHandler } from '../handlers';
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ERROR_NAMES, THROTTLES } from '../../lambdas/contract/errors';

export type Functions = Readonly<Record<WorkflowHandler, IFunction>>;

export interface TaskProps {
  /** @default what its handler does */
  readonly does?: string;
  /** Where a failure leads, and where in the state it is kept. */
  readonly onFailure: sfn.IChainable;
  /** @default $.failure */
  readonly failurePath?: string;
  /** What the handler gets. @default the whole state */
  readonly payload?: Record<string, unknown>;
  /** Before all others. @default none */
  readonly first?: sfn.RetryProps;
  /** @default TRANSIENT */
  readonly retry?: sfn.RetryProps;
}

/**
 * Errors of AWS or of the network: up to 2, 4, 8 and 16 seconds between five attempts, 30 s of waiting in all at most.
 * Full jitter draws each wait between nothing and that, so that rollouts of many endpoints do not knock together.
 * Each attempt ends at the task's time limit: five of a 60 s handler and the waits take 5 * 65 + 30 = 355 s at most.
 */
export const TRANSIENT: sfn.RetryProps = {
  errors: [sfn.Errors.ALL],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 4,
  maxDelay: Duration.seconds(30),
  jitterStrategy: sfn.JitterType.FULL,
};

/**
 * Throttles are waited for. An account has 15 control-plane calls a second for all its functions together; a rollout
 * that waits costs nothing, and a hundred of them that began at once are through after some minutes. Waits of at most 5
 * + 10 + 20 + 40 + 26 * 60 = 1,635 s, half of it on average by the jitter: under the 30 minutes that a step's lease
 * lasts beyond its wait.
 */
const THROTTLED: sfn.RetryProps = {
  errors: [...THROTTLES],
  interval: Duration.seconds(5),
  backoffRate: 2,
  maxAttempts: 30,
  maxDelay: Duration.seconds(60),
  jitterStrategy: sfn.JitterType.FULL,
};

/** Where users wait for blue: more often, 2 + 4 + 8 + 57 * 15 = 869 s at most. */
const THROTTLED_RESTORE: sfn.RetryProps = {
  ...THROTTLED,
  interval: Duration.seconds(2),
  maxAttempts: 60,
  maxDelay: Duration.seconds(15),
};

/**
 * For putting blue back: waits of at most 2 + 4 + 8 + 16 + 6 * 30 = 210 s between eleven attempts of 65 s (715 s),
 * about 15 minutes in all. By then the reconciler has looked three times as well.
 */
export const GENEROUS: sfn.RetryProps = { ...TRANSIENT, maxAttempts: 10 };

/**
 * Our own errors are final: asking again would only repeat the answer. Step Functions takes the first retrier that
 * matches.
 */
export const finalErrors = (...more: readonly string[]): sfn.RetryProps => ({
  errors: [...ERROR_NAMES, ...more],
  maxAttempts: 0,
});

/** Above the handler's own limit, so that Lambda's answer "timed out" arrives first. */
const ABOVE_THE_HANDLERS_LIMIT = Duration.seconds(5);

/** A step that calls its handler with the whole state and continues with what it returns. */
export function task(scope: Construct, functions: Functions, id: TaskState, props: TaskProps): sfn.CustomState {
  const handler = handlerOf(id);
  const state = new sfn.CustomState(scope, id, {
    stateJson: {
      Type: 'Task',
      Comment: props.does ?? HANDLERS[handler].does,
      Resource: lambdaInvoke(scope, 'invoke'),
      Parameters: {
        FunctionName: functions[handler].functionArn,
        ...(props.payload === undefined ? { 'Payload.$': '$' } : { Payload: props.payload }),
      },
      OutputPath: '$.Payload',
      TimeoutSeconds: HANDLERS[handler].timeout.plus(ABOVE_THE_HANDLERS_LIMIT).toSeconds(),
    },
  });
  if (props.first !== undefined) state.addRetry(props.first);
  if (props.retry === undefined) state.addRetry(finalErrors());
  addTransientRetries(state, props.retry);
  // States.ALL leaves out States.DataLimitExceeded and States.Runtime: those end the execution, and the safety net
  // acts.
  state.addCatch(props.onFailure, { errors: [sfn.Errors.ALL], resultPath: props.failurePath ?? '$.failure' });
  return state;
}

/** Throttles first, each kind with its own patience: Step Functions takes the first retrier that matches. */
export function addTransientRetries(state: sfn.CustomState, retry: sfn.RetryProps = TRANSIENT): void {
  state.addRetry(retry === GENEROUS ? THROTTLED_RESTORE : THROTTLED);
  state.addRetry(retry);
}

/** `invoke`, or `invoke.waitForTaskToken`. */
export const lambdaInvoke = (scope: Construct, resourceName: string): string =>
  Stack.of(scope).formatArn({
    service: 'states',
    region: '',
    account: '',
    resource: 'lambda',
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
