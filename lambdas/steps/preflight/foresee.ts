import { InsufficientEvidence } from '../../contract/errors';
import type { RolloutState } from '../../contract/rollout-state';
import { timesWarmAlone } from '../../domain/gates/latency';
import { replayWouldHelp } from '../../domain/plan/time-to-proof';
import { LEAST_CHANCE, outlookOf } from '../../domain/plan/outlook';
import { endsOnProof } from '../../domain/strategy';
import { judgeSettings } from '../judgement/short-judgement';
import type { BlueBefore } from '../judgement/read-baseline';

/** What a blue that is younger has served may be no measure of what it will. */
const ENOUGH_MINUTES = 15;

/** What takes a fixed time is judged by what it finds. */
export const isForeseen = ({ plan }: RolloutState): boolean => endsOnProof(plan.steps);

/**
 * What a canary that ends on proof can prove at blue's traffic, said before any user meets green. One that hardly can is not
 * begun: without proof it would end anyway, after an hour of users on green. Where a person or a setting decides then, or wants
 * it tried all the same, it goes on. Undefined where CloudWatch says nothing yet. Throws InsufficientEvidence.
 */
export function foresee(state: RolloutState, { baseline }: BlueBefore): RolloutState['outlook'] {
  const { config, plan } = state;
  const { settings, builtIn } = config;
  if (!isForeseen(state) || baseline === undefined) return undefined;
  if (baseline.baseline.every(({ blue }) => blue.invocations === 0)) return undefined;
  const { extendMinutes, then } = settings.onInsufficientEvidence;
  const outlook = outlookOf(baseline, {
    steps: plan.steps,
    extendMinutes,
    judge: judgeSettings(settings, 0),
    warmOnly: timesWarmAlone(builtIn, settings.gates.latency),
  });
  const isSure = outlook.chance < LEAST_CHANCE && baseline.baseline.length >= ENOUGH_MINUTES;
  const help = builtIn && state.replay === undefined ? replayWouldHelp(settings, baseline) : undefined;
  if (isSure && then === 'abort' && !plan.force)
    throw new InsufficientEvidence(
      `${outlook.words}, so no canary was begun. What helps: ${outlook.advice.join('; or ')}; or more traffic${help === undefined ? '' : `; or a replay: ${help}`}. A start with "force": true begins one all the same`,
    );
  return { ...outlook, advice: [...outlook.advice] };
}
