import { HANDLERS } from '../handlers';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { STATES } from '../../lambdas/domain/workflow';
import type { CanaryLoop } from './canary-loop';
import { type Functions, addTransientRetries, finalErrors, lambdaInvoke } from './task';

export interface ApprovalEnds {
  readonly promoted: sfn.IChainable;
  readonly refused: sfn.IChainable;
}

export interface ApprovalSteps {
  readonly asked: sfn.IChainable;
  /** Where a yes leads that was asked for before any traffic, and one in the canary. */
  readonly goesOn: (canary: CanaryLoop) => void;
}

/**
 * Sends a notice with a task token and waits for the answer `{ "approved": true, "by": "…", "reason": "…" }`, which is
 * kept as `$.approval`. The step that returned `next: 'approve'` has set `waitSeconds` to the endpoint's time limit.
 * Silence leaves `{ "Error": "States.Timeout" }` there, and then the endpoint's default answer counts.
 */
export function awaitApproval(
  scope: Construct,
  functions: Functions,
  { promoted, refused }: ApprovalEnds,
): ApprovalSteps {
  const approved = new sfn.Choice(scope, STATES.whatWasApproved, {
    comment: 'Before green has any user a yes begins its canary; in the canary a last look follows; else it promotes',
  }).otherwise(promoted);
  const answer = new sfn.Choice(scope, STATES.wasItApproved, { comment: 'Anything but a clear yes is a no' })
    .when(
      sfn.Condition.and(
        sfn.Condition.isPresent('$.approval.approved'),
        sfn.Condition.booleanEquals('$.approval.approved', true),
      ),
      approved,
    )
    .when(
      sfn.Condition.and(
        sfn.Condition.isPresent('$.approval.Error'),
        sfn.Condition.stringEquals('$.approval.Error', sfn.Errors.TIMEOUT),
        sfn.Condition.stringEquals('$.config.settings.approval.defaultAnswer', 'approve'),
      ),
      approved,
    )
    .otherwise(refused);
  const wait = new sfn.CustomState(scope, STATES.awaitApproval, {
    stateJson: {
      Type: 'Task',
      Comment: HANDLERS['await-approval'].does,
      Resource: lambdaInvoke(scope, 'invoke.waitForTaskToken'),
      Parameters: {
        FunctionName: functions['await-approval'].functionArn,
        Payload: { 'taskToken.$': '$$.Task.Token', 'state.$': '$' },
      },
      ResultPath: '$.approval',
      TimeoutSecondsPath: '$.waitSeconds',
    },
  });
  // Silence is an answer: asking again would double the time that a canary waits for it.
  wait.addRetry(finalErrors(sfn.Errors.TIMEOUT));
  addTransientRetries(wait);
  wait.addCatch(answer, { errors: [sfn.Errors.TIMEOUT], resultPath: '$.approval' });
  wait.addCatch(refused, { errors: [sfn.Errors.ALL], resultPath: '$.failure' });
  return {
    asked: wait.next(answer),
    goesOn: ({ shift, judge }) =>
      void approved
        .when(
          sfn.Condition.and(
            // What a step calls comparable, and the weights of a canary: without them a yes promotes.
            sfn.Condition.stringEquals('$.phase', 'before-traffic'),
            sfn.Condition.isPresent('$.plan.steps[0]'),
            sfn.Condition.isPresent('$.blue.model'),
            sfn.Condition.not(sfn.Condition.isPresent('$.blue.silent')),
          ),
          shift,
        )
        .when(sfn.Condition.stringEquals('$.phase', 'canary'), judge),
  };
}
