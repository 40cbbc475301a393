import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { STATES } from '../../lambdas/domain/workflow';
import { question } from './question';
import { type Functions, task } from './task';

export interface CanaryEnds {
  readonly pass: sfn.IChainable;
  readonly hook: sfn.IChainable;
  readonly ask: sfn.IChainable;
  readonly abort: sfn.IChainable;
}

export interface CanaryLoop {
  readonly shift: sfn.IChainable;
  readonly judge: sfn.IChainable;
}

/** ShiftTraffic → Bake → JudgeCanary, each minute again, and again with the next weight, until the judge is sure. */
export function canaryLoop(scope: Construct, functions: Functions, { pass, hook, ask, abort }: CanaryEnds): CanaryLoop {
  const shift = task(scope, functions, STATES.shiftTraffic, { onFailure: abort });
  const bake = new sfn.Wait(scope, STATES.bake, {
    comment: 'Waits for the next minute of evidence',
    time: sfn.WaitTime.secondsPath('$.waitSeconds'),
  });
  const judge = task(scope, functions, STATES.judgeCanary, { onFailure: abort });
  const verdict = question<'judgeCanary'>(
    scope,
    STATES.whatDidTheJudgeSay,
    'Only a pass leads on; fail, inconclusive and anything unknown abort',
    {
      continue: bake,
      'next-weight': shift,
      'hook-before-promotion': hook,
      approve: ask,
      promote: pass,
      abort: 'otherwise',
    },
    abort,
  );
  shift.next(bake).next(judge).next(verdict);
  return { shift, judge };
}
