import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { HookName } from '../../lambdas/contract/hooks';
import { type DecidingState, type Next, STATES, type StateName } from '../../lambdas/domain/workflow';
import { question } from './question';
import { type Functions, task } from './task';

type HookState = 'callHookBeforeTraffic' | 'callHookBeforePromotion' | 'callHookAfterPromotion';

/** Where what a hook says leads. */
type Ends<S extends DecidingState> = Readonly<Record<Next<S>, sfn.IChainable>>;

/**
 * Each asks a function of the user's, where the endpoint has one for that moment; the step before says so. Anything but
 * a pass, or a person's yes to what was inconclusive, ends the rollout; after promotion it puts blue back.
 */
export function hookCalls(scope: Construct, functions: Functions) {
  const call =
    <S extends HookState>(state: S, hook: HookName, asks: StateName, undo: Extract<Next<S>, 'abort' | 'revert'>) =>
    (ends: Ends<S>) => {
      const onFailure: sfn.IChainable = ends[undo];
      const payload = { hook, 'state.$': '$' };
      const answers = { ...ends, [undo]: 'otherwise' as const };
      return task(scope, functions, STATES[state], { payload, onFailure }).next(
        question<S>(scope, asks, 'Only a pass, or a person, leads on', answers, onFailure),
      );
    };
  const { whatDidTheHookSayBeforeTraffic, whatDidTheHookSayBeforePromotion, whatDidTheHookSayAfterPromotion } = STATES;
  return {
    beforeTraffic: call('callHookBeforeTraffic', 'beforeTraffic', whatDidTheHookSayBeforeTraffic, 'abort'),
    beforePromotion: call('callHookBeforePromotion', 'beforePromotion', whatDidTheHookSayBeforePromotion, 'abort'),
    afterPromotion: call('callHookAfterPromotion', 'afterPromotion', whatDidTheHookSayAfterPromotion, 'revert'),
  };
}
