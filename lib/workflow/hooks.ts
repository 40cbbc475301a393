import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { HookName } from '../../lambdas/contract/hooks';
import { type DecidingState, type Next, STATES, type StateName } from '../../lambdas/domain/workflow';
import type { TaskState } from '../handlers';
import { question } from './question';
import { type Functions, task } from './task';

/** Where what a hook says leads. */
type Ends<S extends DecidingState> = Readonly<Record<Next<S>, sfn.IChainable>>;

/**
 * Each asks a function of the user's, where the endpoint has one for that moment; the step before says so. Anything but a pass,
 * or a person's yes to what was inconclusive, ends the rollout; after promotion it puts blue back.
 */
export function hookCalls(scope: Construct, functions: Functions) {
  const call = (id: TaskState, hook: HookName, onFailure: sfn.IChainable) =>
    task(scope, functions, id, { payload: { hook, 'state.$': '$' }, onFailure });
  const asks = (id: StateName): [Construct, StateName, string] => [scope, id, 'Only a pass, or a person, leads on'];
  return {
    beforeTraffic: ({ abort, ...ends }: Ends<'callHookBeforeTraffic'>) =>
      call(STATES.callHookBeforeTraffic, 'beforeTraffic', abort).next(
        question<'callHookBeforeTraffic'>(
          ...asks(STATES.whatDidTheHookSayBeforeTraffic),
          { ...ends, abort: 'otherwise' },
          abort,
        ),
      ),
    beforePromotion: ({ abort, ...ends }: Ends<'callHookBeforePromotion'>) =>
      call(STATES.callHookBeforePromotion, 'beforePromotion', abort).next(
        question<'callHookBeforePromotion'>(
          ...asks(STATES.whatDidTheHookSayBeforePromotion),
          { ...ends, abort: 'otherwise' },
          abort,
        ),
      ),
    afterPromotion: ({ revert, ...ends }: Ends<'callHookAfterPromotion'>) =>
      call(STATES.callHookAfterPromotion, 'afterPromotion', revert).next(
        question<'callHookAfterPromotion'>(
          ...asks(STATES.whatDidTheHookSayAfterPromotion),
          { ...ends, revert: 'otherwise' },
          revert,
        ),
      ),
  };
}
