import { PREVIEW_ALIAS } from '../../../lambdas/contract/names';
import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import { instead, intercepting } from './intercept';
import type { Mutant } from '../world/mutant';

/** What is broken about those who are asked before users meet green, and about what testers meet. */
export const HOOK_MUTANTS: readonly Mutant[] = [
  {
    name: 'a hook that errs has passed',
    breaks: 'a hook that throws, hangs or is gone counts as one that passes',
    family: 'hooks',
    handlers: () => refusedGoesOn('HookError'),
  },
  {
    name: 'a hook is asked for form',
    breaks: 'what a hook before traffic refuses gets users all the same',
    family: 'hooks',
    skipRuns: 9,
    handlers: () => refusedGoesOn('HookFailed'),
  },
  {
    name: 'users before testers',
    breaks: 'people who are asked before traffic are not waited for',
    family: 'hooks',
    handlers: () => ({ ...unasked('verify-green'), ...unasked('call-hook') }),
  },
  {
    name: 'the preview stays behind',
    breaks: 'the preview names green for ever, also one that was taken back',
    family: 'hooks',
    handlers: () =>
      intercepting(
        ['restore-blue', 'safety-net', 'reconcile', 'discard-green', 'promote-green'],
        () => async (call) =>
          call.name === 'UpdateAlias' && call.input['Name'] === PREVIEW_ALIAS ? call.input : call.send(),
      ),
  },
];

const refusedGoesOn = (error: string) =>
  instead('call-hook', async (event, usual) => {
    const { refusal, ...state } = (await usual(event)) as RolloutState;
    if (refusal?.error !== error || state.phase !== 'before-traffic') return refusal ? { ...state, refusal } : state;
    return { ...state, next: state.plan.steps.length > 0 && state.blue.model ? 'canary' : 'promote' };
  });

const unasked = (handler: 'verify-green' | 'call-hook') =>
  instead(handler, async (event, usual) => {
    const state = (await usual(event)) as RolloutState;
    const isAsked = state.next === 'approve' && state.config.settings.approval.mode === 'before-traffic';
    if (!isAsked || state.phase !== 'before-traffic') return state;
    return { ...state, next: state.plan.steps.length > 0 && state.blue.model ? 'canary' : 'promote' };
  });
