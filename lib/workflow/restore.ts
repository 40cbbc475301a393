import type { TaskState } from '../handlers';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { STATES } from '../../lambdas/domain/workflow';
import { EXECUTION } from './execution-context';
import { type Functions, GENEROUS, task } from './task';

/** The end of a restore that failed for a quarter of an hour; its name is the error's, so it is not among STATES. */
export const RESTORE_FAILED = 'RestoreFailed';

/**
 * Both failing ways run one step, which looks at the live alias itself to see what must be undone, and end in Fail with
 * the error that started them. Only when even that step fails do they share a third end.
 */
export function restores(
  scope: Construct,
  functions: Functions,
): { readonly abort: sfn.State; readonly revert: sfn.State } {
  const failed = new sfn.Fail(scope, RESTORE_FAILED, {
    comment: 'Blue could not be put back here; the safety net and the reconciler go on trying',
    error: 'RestoreFailed',
    cause:
      'restore-blue failed eleven times. The safety net and the reconciler go on trying; see the runbook, ' +
      'RestoreFailed.',
  });
  const end = (id: string, comment: string) =>
    new sfn.Fail(scope, id, { comment, errorPath: '$.failure.error', causePath: '$.failure.cause' });
  const notRestored = end(STATES.rolloutNotRestored, 'Blue is not what serves: a person is needed');
  const restore = (id: TaskState, isBlueBack: string, ending: 'abort' | 'revert', does: string, end: sfn.Fail) => {
    const state = task(scope, functions, id, {
      does,
      payload: { execution: EXECUTION, ending, 'state.$': '$' },
      retry: GENEROUS,
      onFailure: failed,
    });
    // What is not so must not end as if it were: the name of the end is what a person sees first.
    state.next(
      new sfn.Choice(scope, isBlueBack, { comment: 'Only where it was seen to be live' })
        .when(
          sfn.Condition.and(
            sfn.Condition.isPresent('$.outcome'),
            sfn.Condition.stringEquals('$.outcome', 'not-restored'),
          ),
          notRestored,
        )
        .otherwise(end),
    );
    return state;
  };
  return {
    abort: restore(
      STATES.abortRollout,
      STATES.isBlueStillLive,
      'abort',
      'Takes all weight from green and says why: blue keeps serving',
      end(STATES.rolloutAborted, 'Blue is live; green never became live'),
    ),
    revert: restore(
      STATES.revertRollout,
      STATES.isBlueLiveAgain,
      'revert',
      'Puts blue back after promotion and says why',
      end(STATES.rolloutReverted, 'Blue is live again'),
    ),
  };
}
