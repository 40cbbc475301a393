import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { STATES } from '../../lambdas/domain/workflow';
import { question } from './question';
import { type Functions, task } from './task';

export interface WatchEnds {
  readonly finish: sfn.IChainable;
  readonly hook: sfn.IChainable;
  readonly revert: sfn.IChainable;
}

/** Watch → JudgeLive, each minute again, with blue at hand until green has proved itself in full service. */
export function watchLoop(scope: Construct, functions: Functions, { finish, hook, revert }: WatchEnds): sfn.IChainable {
  const watch = new sfn.Wait(scope, STATES.watch, {
    comment: 'Waits for the next minute of full service',
    time: sfn.WaitTime.secondsPath('$.waitSeconds'),
  });
  const judge = task(scope, functions, STATES.judgeLive, { onFailure: revert });
  const verdict = question<'judgeLive'>(
    scope,
    STATES.isGreenStillGood,
    'Anything but yes puts blue back',
    { continue: watch, 'hook-after-promotion': hook, finish, revert: 'otherwise' },
    revert,
  );
  return watch.next(judge).next(verdict);
}
