import { InsufficientEvidence, PreflightFailed } from '../../contract/errors';
import type { RolloutState } from '../../contract/rollout-state';
import { timesWarmAlone } from '../../domain/gates/latency';
import { replayWouldHelp } from '../../domain/plan/time-to-proof';
import { LEAST_CHANCE, outlookOf, weightOfDrill } from '../../domain/plan/outlook';
import { DRILL_STEP, endsOnProof } from '../../domain/strategy';
import { canaryComes } from '../rollout/progress';
import { judgeSettings } from '../judgement/kept-judgement';
import type { BlueBefore } from '../judgement/read-baseline';

/** What a blue that is younger has served may be no measure of what it will. */
const ENOUGH_MINUTES = 15;

/** What takes a fixed time is judged by what it finds. */
export const isForeseen = ({ plan }: RolloutState): boolean => endsOnProof(plan.steps);

/**
 * What a canary that ends on proof can prove at blue's traffic, said before any user meets green. One that hardly can
 * is not begun: without proof it would end anyway, after an hour of users on green. Where a person or a setting decides
 * then, or wants it tried all the same, it goes on. Undefined where CloudWatch says nothing yet. Throws
 * InsufficientEvidence.
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
      `${outlook.words}, so no canary was begun. What helps: ${outlook.advice.join('; or ')}; or more ` +
        `traffic${help === undefined ? '' : `; or a replay: ${help}`}. A start with "force": true begins one all ` +
        'the same',
    );
  return { ...outlook, advice: [...outlook.advice] };
}

/** Without a blue that answers there is no canary, and a drill has no other way. Throws PreflightFailed. */
export function refuseDrillAlone(state: RolloutState): void {
  if (state.plan.action === 'drill' && !canaryComes(state))
    throw new PreflightFailed(`a drill needs a live version that answers: ${state.blue.silent ?? 'there is none'}`);
}

/**
 * The plan of a drill, at the least weight that this traffic shows it at. Throws PreflightFailed where there is none.
 */
export function planDrill(
  { config: { settings, builtIn }, plan }: RolloutState,
  { baseline }: BlueBefore,
): RolloutState['plan'] {
  const weight =
    baseline &&
    baseline.baseline.length >= ENOUGH_MINUTES &&
    weightOfDrill(baseline, {
      judge: judgeSettings(settings, 0),
      warmOnly: timesWarmAlone(builtIn, settings.gates.latency),
    });
  if (weight === undefined || weight === false)
    throw new PreflightFailed(
      'the traffic of the hour before is too little to show a drill: a version that fails every request would ' +
        `not be stopped within ten minutes, even at 50 %. Send more for ${ENOUGH_MINUTES} minutes first: ` +
        `greenlight traffic ${settings.name}`,
    );
  const steps = [{ ...DRILL_STEP, weight }];
  return { ...plan, strategy: { steps }, steps };
}
