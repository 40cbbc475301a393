import type { GateName } from '../../lambdas/domain/gates/names';
import type { Suggestion } from './plan';
import type { CanarySummary, ExpectedStop, WatchSummary } from './summary';
import { LONGEST_BAKE } from '../../lambdas/domain/plan/time-to-proof';
import { stepInWords, type Strategy, type StrategyStep } from '../../lambdas/domain/strategy';
import { percent } from '../../lambdas/domain/numbers';

/** What is said for each way that a plan can end. */
export const adviceFor = {
  keeping: (inconclusive: number): Suggestion => ({
    advice: 'keep',
    why: `a green as good as blue ends without proof in ${percent(inconclusive)} of rollouts`,
  }),

  changing: (
    strategy: Strategy,
    steps: readonly StrategyStep[],
    inconclusive: number,
    fivePointsStopped: number,
  ): Suggestion => ({
    advice: 'change',
    strategy,
    why:
      `with ${steps.map(stepInWords).join(', ')} ` +
      `a green as good as blue ends without proof in ${percent(inconclusive)} of rollouts, ` +
      `and one that fails 5 points more often is stopped in ${percent(fivePointsStopped)}`,
    inconclusive,
    fivePointsStopped,
  }),

  givingUp: (
    inTheWay: readonly GateName[],
    { expectedStops }: Pick<CanarySummary, 'expectedStops'>,
    steps: readonly StrategyStep[],
    watch: WatchSummary | null,
  ): Suggestion => {
    const disaster = totalFailure(expectedStops);
    return {
      advice: 'not-worth-it',
      why: `at this traffic not even ${LONGEST_BAKE / 60} hours at 50 % give nine of ten good greens their proof`,
      instead: [
        `strategy AllAtOnce with a good golden set: green is promoted once it has passed, ${watched(watch)}, and ` +
          'a rollback takes seconds',
        ...inTheWay.map(
          (gate) =>
            `widen the harm margin of the gate ${gate}${gate === 'errors' ? '' : ', or switch it off'}: it alone ` +
            'keeps good greens from proof in time',
        ),
        ...(steps.length > 0 && disaster !== undefined && disaster.stopped >= NEARLY_ALWAYS
          ? [
              'or keep the canary against disasters alone, with onInsufficientEvidence { "then": "hold" } so ' +
                'that a person decides: a total failure is stopped after ' +
                `${Math.round(disaster.minutes?.mean ?? 0)} min`,
            ]
          : ['or onInsufficientEvidence { "then": "hold" }: a person decides with what there is']),
      ],
    };
  },
};

const NEARLY_ALWAYS = 0.95;

const totalFailure = (stops: readonly ExpectedStop[]): ExpectedStop | undefined =>
  stops.find(({ regression }) => regression === 'total-failure');

/** What the watch after promotion is worth, by its own simulation. */
function watched(watch: WatchSummary | null): string {
  if (watch === null) return 'nothing watches it then (watchMinutes is 0)';
  const { stopped = 0, minutes = null } = totalFailure(watch.expectedStops) ?? {};
  return stopped >= NEARLY_ALWAYS && minutes !== null
    ? `the watch after promotion takes a disaster back within ${Math.round(minutes.p90)} min`
    : `the watch of ${watch.minutes} min sees too few requests to take a disaster back (${percent(stopped)} of ` +
        'them; watchMinutes makes it longer)';
}
