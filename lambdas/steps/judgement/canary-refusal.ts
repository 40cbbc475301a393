import type { RolloutState } from '../../contract/rollout-state';
import type { Judgement } from '../../domain/judge/judgement';
import { shareOf } from '../../domain/numbers';
import { replayWouldHelp } from '../../domain/plan/time-to-proof';
import { NOTHING } from './dead-blue';
import type { CanaryLook } from './look';

/** Why a canary ends without a promotion. */
export function refusalOf(
  { canary, judgement, holds, held, works }: CanaryLook,
  { plan: { steps, action }, replay, config: { settings, builtIn } }: RolloutState,
): NonNullable<RolloutState['refusal']> {
  if (judgement.verdict === 'fail') return { error: 'CanaryRegressed', cause: judgement.reason };
  const { until, weight } = steps[canary.step] ?? {};
  if (action === 'drill')
    return {
      error: 'DrillMissed',
      cause:
        `a version that fails every request of users on purpose was not stopped at ${weight} %: ` + judgement.reason,
    };
  const cause =
    holds !== undefined
      ? `blue is far outside its own hour, for ${held.length} min so far, and minutes like this prove nothing of ` +
        `green: ${holds.why}`
      : until === 'works' && works === undefined
        ? `a total failure could not be excluded at ${weight} %, so no larger weight followed; ${judgement.reason}`
        : judgement.reason;
  // Where it was not tried and may be: it is no help against a blue that is ill.
  const mayReplay = builtIn && action === 'rollout' && settings.replay.mode !== 'off';
  const help =
    replay === undefined && mayReplay && holds === undefined ? replayWouldHelp(settings, canary.baseline) : undefined;
  const dead = blueAnswersNothing(judgement);
  if (dead !== undefined) return { error: 'InsufficientEvidence', cause: `${dead}; ${cause}` };
  return {
    error: 'InsufficientEvidence',
    cause: help === undefined ? cause : `${cause}; a replay would help: ${help}`,
  };
}

/** Of fewer requests all may have failed by luck, and of those that fail less often something is left to compare. */
const PLAINLY = 20;

/** Where it could not be asked: that what is lacking at the end of a canary is no traffic. */
function blueAnswersNothing({ gates }: Judgement): string | undefined {
  const { blue } = gates.find(({ gate }) => gate === 'errors') ?? {};
  if (blue === undefined || blue.requests < PLAINLY || blue.events < NOTHING * blue.requests) return undefined;
  return (
    `blue itself fails: ${shareOf(blue.events, blue.requests, 'failed requests')}: there is nothing to compare green ` +
    'with. Start the rollout again, or roll back: beside a blue that is dead when it begins, green needs no canary'
  );
}
