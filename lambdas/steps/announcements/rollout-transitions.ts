import type { RolloutState } from '../../contract/rollout-state';
import type { EventOf } from '../../contract/transition-event';
import type { Question } from '../../contract/decisions';
import { minutesOfStep } from '../../domain/strategy';
import type { Clock } from '../../adapters/sdk/context';
import { canaryStep, header, judgementMembers, rolloutMembers } from './rollout-ended';

/** The transitions of a rollout that runs, one function each. A step that is tried again makes the same ids. */

const head = <Name extends EventOf<RunningTransition>['transition']>(
  state: RolloutState,
  clock: Clock,
  transition: Name,
  part?: number | string,
) => ({
  ...header({ ...state, owner: state.id }, clock, transition, 'info', part),
  ...rolloutMembers(state),
});

type RunningTransition =
  | 'rollout-started'
  | 'green-deployed'
  | 'green-verified'
  | 'traffic-shifted'
  | 'bake-extended'
  | 'judging-held'
  | 'approval-asked'
  | 'approval-answered'
  | 'green-promoted';

export const rolloutStarted = (clock: Clock, state: RolloutState): EventOf<'rollout-started'> => ({
  ...head(state, clock, 'rollout-started'),
  dryRun: state.plan.dryRun,
  steps: state.plan.steps,
});

export const greenDeployed = (clock: Clock, state: RolloutState): EventOf<'green-deployed'> =>
  head(state, clock, 'green-deployed');

export function greenVerified(clock: Clock, state: RolloutState): EventOf<'green-verified'> {
  const numbers = Object.entries(state.verification ?? {}).filter(
    ([name]) => name !== 'predictionShift' && name !== 'load',
  );
  return {
    ...head(state, clock, 'green-verified'),
    ...(numbers.length > 0 && { verification: Object.fromEntries(numbers) }),
  };
}

export const trafficShifted = (clock: Clock, state: RolloutState, step: number): EventOf<'traffic-shifted'> => {
  const { weight = 0, until } = state.plan.steps[step] ?? {};
  const bakeMinutes = minutesOfStep(state.plan.steps, state.canary?.windows ?? []);
  return {
    ...head(state, clock, 'traffic-shifted', step + 1),
    ...{ weight, step: { number: step + 1, of: state.plan.steps.length }, bakeMinutes, ...(until && { until }) },
  };
};

export const bakeExtended = (clock: Clock, state: RolloutState): EventOf<'bake-extended'> => ({
  ...head(state, clock, 'bake-extended'),
  ...(canaryStep(state) ?? { weight: 0, step: { number: 1, of: 1 } }),
  extendedMinutes: state.canary?.extendedMinutes ?? 0,
  ...judgementMembers(state),
});

/** `since`: the minute that began it, which tells two holds of one rollout apart. */
export const judgingHeld = (
  clock: Clock,
  state: RolloutState,
  why: string,
  since: string,
): EventOf<'judging-held'> => ({
  ...head(state, clock, 'judging-held', since),
  severity: 'action',
  phase: state.phase === 'promoted' ? 'promoted' : 'canary',
  weight: state.weights.at(-1)?.weight ?? 0,
  why,
});

export const approvalAsked = (
  clock: Clock,
  state: RolloutState,
  { why, askedAt, expiresAt, defaultAnswer }: Question,
): EventOf<'approval-asked'> => ({
  ...head(state, clock, 'approval-asked', questionOf(state)),
  severity: 'action',
  ...{ why, askedAt, expiresAt, defaultAnswer },
  ...(state.hooks && { hooks: state.hooks.map(({ hook, verdict, reason }) => ({ hook, verdict, reason })) }),
  ...(state.preview?.url !== undefined && { previewUrl: state.preview.url }),
  ...(state.canary && { weight: canaryStep(state)?.weight ?? 0 }),
  ...judgementMembers(state),
});

/** Of two in one rollout the first is about what a replay found; an id is told once. */
const questionOf = ({ replay, canary }: RolloutState): string | undefined =>
  replay?.verdict === 'differs' && canary !== undefined ? 'canary' : undefined;

export const approvalAnswered = (
  clock: Clock,
  state: RolloutState,
  approved: boolean,
  answeredBy: string,
): EventOf<'approval-answered'> => ({
  ...head(state, clock, 'approval-answered', questionOf(state)),
  approved,
  answeredBy,
});

export const greenPromoted = (clock: Clock, state: RolloutState, watchMinutes: number): EventOf<'green-promoted'> => ({
  ...head(state, clock, 'green-promoted'),
  weight: 100,
  watchMinutes,
  ...(state.decidedBy && { decidedBy: state.decidedBy }),
  ...judgementMembers(state),
});
