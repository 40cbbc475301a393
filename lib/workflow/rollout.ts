import type { TaskState } from '../handlers';
import { Duration } from 'aws-cdk-lib';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ROLLOUT_WAITS } from '../../lambdas/contract/names';
import { STATES } from '../../lambdas/domain/workflow';
import { awaitApproval } from './approval';
import { canaryLoop } from './canary-loop';
import { EXECUTION } from './execution-context';
import { finish } from './finish';
import { hookCalls } from './hooks';
import { question } from './question';
import { restores } from './restore';
import { type Functions, type TaskProps, task } from './task';
import { watchLoop } from './watch-loop';

/** Once a minute for a day: 1,440 tries of three events are a sixth of an execution's history. */
const UNTIL_ITS_TURN: sfn.RetryProps = {
  errors: [ROLLOUT_WAITS],
  interval: Duration.minutes(1),
  backoffRate: 1,
  maxAttempts: 1_440,
};

/**
 * The rollout, first step last because each step is told where it leads:
 *
 * ValidateModel → DeployGreen → VerifyGreen → [ReplayTraffic] → (CallHook) → (AwaitApproval) → [ShiftTraffic → Bake →
 * JudgeCanary]
 *   → (CallHook) → (AwaitApproval) → PromoteGreen → [Watch → JudgeLive] → (CallHook) → FinishRollout. Any failure leads
 *   to AbortRollout, after promotion to RevertRollout.
 */
export function rollout(scope: Construct, functions: Functions): sfn.IChainable {
  const { abort, revert } = restores(scope, functions);
  const step = (id: TaskState, more: Partial<TaskProps> = {}) =>
    task(scope, functions, id, { onFailure: abort, ...more });

  const finished = finish(scope, functions, abort);
  const hooks = hookCalls(scope, functions);
  const hookAfter = hooks.afterPromotion({ finish: finished, revert });
  const watched = watchLoop(scope, functions, { finish: finished, hook: hookAfter, revert });
  // A promotion that failed may have taken effect or not: restoring asks the live alias, so abort is right for both.
  const promoted = step(STATES.promoteGreen).next(watched);
  const approval = awaitApproval(scope, functions, { promoted, refused: abort });
  const approved = approval.asked;
  const hookBefore = hooks.beforePromotion({ promote: promoted, approve: approved, abort });
  const loop = canaryLoop(scope, functions, { pass: promoted, hook: hookBefore, ask: approved, abort });
  const canary = loop.shift;
  approval.goesOn(loop);
  const discarded = step(STATES.discardGreen).next(finished);
  const goesOn = { canary, promote: promoted, approve: approved, discard: discarded };
  const hookFirst = hooks.beforeTraffic({ ...goesOn, 'hook-before-promotion': hookBefore, abort });
  const onward = { ...goesOn, 'hook-before-traffic': hookFirst, 'hook-before-promotion': hookBefore };
  const replayed = step(STATES.replayTraffic);
  replayed.next(
    question<'replayTraffic'>(
      scope,
      STATES.whatDidTheReplayShow,
      'Chunk after chunk, until both versions have answered enough',
      { continue: replayed, ...onward, abort: 'otherwise' },
      abort,
    ),
  );
  const verified = step(STATES.verifyGreen).next(
    question<'verifyGreen'>(
      scope,
      STATES.whatComesAfterVerification,
      'A first rollout, or all at once, has none',
      { replay: replayed, ...onward },
      abort,
    ),
  );
  const deployed = step(STATES.deployGreen).next(
    question<'deployGreen'>(
      scope,
      STATES.isItAlreadyLive,
      'Then there is nothing to do',
      { 'already-live': finished, verify: 'otherwise' },
      verified,
    ),
  );
  return step(STATES.validateModel, {
    payload: { execution: EXECUTION, 'input.$': '$$.Execution.Input' },
    first: UNTIL_ITS_TURN,
    failurePath: '$', // The input may be no object, and then nothing could be added to it.
  }).next(deployed);
}
