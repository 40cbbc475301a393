import type { RolloutState } from '../../../lambdas/contract/rollout-state';
import { plannedMinutes } from '../../../lambdas/domain/strategy';
import { instead, intercepting } from './intercept';
import type { Mutant } from '../world/mutant';

/** What is broken about decisions. */
export const JUDGING_MUTANTS: readonly Mutant[] = [
  {
    name: 'missing data is healthy',
    breaks: 'a canary without evidence passes',
    skipRuns: 8,
    handlers: () =>
      instead('judge-canary', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        if (state.refusal?.error !== 'InsufficientEvidence' || !state.judgement) return state;
        return { ...state, next: 'promote', judgement: { ...state.judgement, verdict: 'pass' } };
      }),
  },
  {
    name: 'whatever does not fail is promoted',
    breaks: 'an inconclusive canary is promoted as if it had passed',
    handlers: () =>
      instead('judge-canary', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        return state.next === 'abort' && state.judgement?.verdict !== 'fail' ? { ...state, next: 'promote' } : state;
      }),
  },
  {
    name: 'larger shares come by time',
    breaks: 'a weight that ends once a total failure is excluded ends after some minutes, whatever is known',
    skipRuns: 32,
    handlers: () => {
      const looks = new Map<string, number>();
      return instead('judge-canary', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        if (state.plan.steps[state.canary?.step ?? 0]?.until !== 'works') return state;
        const count = (looks.get(state.id) ?? 0) + 1;
        looks.set(state.id, count);
        return count > 3 && state.next === 'continue' ? { ...state, next: 'next-weight' } : state;
      });
    },
  },
  {
    name: 'time that proof saves is lost',
    breaks: 'a canary that ends on proof is watched for no longer than any other',
    skipRuns: 40,
    handlers: () =>
      instead('promote-green', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        const { watch, config } = state;
        return watch ? { ...state, watch: { ...watch, minutes: config.settings.watchMinutes } } : state;
      }),
  },
  {
    name: 'an outage proves as well',
    breaks: 'a canary ends when it was planned to, although blue itself is far outside its own hour',
    family: 'shared outage',
    skipRuns: 42,
    handlers: () =>
      instead('judge-canary', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        const { judgement, canary, plan } = state;
        const isOver = (judgement?.settledMinutes ?? 0) >= plannedMinutes(plan.steps);
        if (canary?.holds !== true || !isOver || state.next !== 'continue') return state;
        return { ...state, next: 'promote', judgement: { ...judgement, verdict: 'pass' } };
      }),
  },
  {
    name: 'a dead blue is waited for',
    breaks: 'a canary whose blue has died goes on until its evidence does not suffice, and ends on blue',
    family: 'sick models',
    skipRuns: 184,
    handlers: () =>
      intercepting(['judge-canary'], () => async ({ name, send }) => {
        if (name === 'Invoke') throw Object.assign(new Error('it is not asked'), { name: 'AccessDeniedException' });
        return send();
      }),
  },
  {
    name: 'blue is not asked',
    breaks: 'a watch takes green back for what blue, asked directly, would fail as well',
    family: 'shared outage',
    skipRuns: 2_550,
    handlers: () =>
      instead('verify-green', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        return { ...state, control: undefined };
      }),
  },
  {
    name: 'only failures are asked for',
    breaks: 'a watch takes green back for slowness from which blue, asked directly, suffers as well',
    family: 'shared outage',
    skipRuns: 1_511,
    handlers: () =>
      instead('verify-green', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        return { ...state, controlMs: undefined };
      }),
  },
  {
    name: 'callers are the model',
    breaks: 'a watch takes green back for the mix of answers that callers moved who came or went',
    family: 'callers',
    skipRuns: 620,
    handlers: () =>
      instead('judge-live', async (event, usual) => {
        const { canary, ...state } = event as RolloutState;
        const unexcused = (await usual(state)) as RolloutState;
        return canary && unexcused.next !== 'revert' ? await usual(event) : { ...unexcused, canary };
      }),
  },
  {
    name: 'any signature is believed',
    breaks: 'a label is taken under any id, also under one that a caller has made',
    family: 'callers',
    skipRuns: 208,
    server: { takesForged: () => true },
  },
  {
    name: 'what is too large is run',
    breaks: 'a request whose answer cannot fit reaches the model, and counts as its failure',
    family: 'callers',
    skipRuns: 1_720,
    server: { runsOversize: () => true },
  },
  {
    name: 'a drill is forgotten',
    breaks: 'a drill goes on as a rollout of a new model once its version is deployed',
    family: 'drills',
    skipRuns: 42,
    handlers: () =>
      instead('deploy-green', async (event, usual) => {
        const state = (await usual(event)) as RolloutState;
        return state.plan.action === 'drill' ? { ...state, plan: { ...state.plan, action: 'rollout' } } : state;
      }),
  },
];
