import { InsufficientEvidence } from '../../contract/errors';
import type { RolloutState } from '../../contract/rollout-state';
import { timesWarmAlone } from '../../domain/gates/latency';
import { floorMinute, settledUntil } from '../../domain/minutes';
import { replayWouldHelp } from '../../domain/plan/time-to-proof';
import { LEAST_CHANCE, outlookOf } from '../../domain/plan/outlook';
import { endsOnProof } from '../../domain/strategy';
import type { Adapters } from '../../adapters/adapters';
import { judgeSettings } from '../judgement/short-judgement';
import { patientEvidence, readBaseline } from '../judgement/read-baseline';

/** What a blue that is younger has served may be no measure of what it will. */
const ENOUGH_MINUTES = 15;

/**
 * What a canary that ends on proof can prove at blue's traffic, said before any user meets green. One that hardly can is not
 * begun: without proof it would end anyway, after an hour of users on green. Where a person or a setting decides then, or wants
 * it tried all the same, it goes on. Undefined where CloudWatch says nothing yet. Throws InsufficientEvidence.
 */
export async function foresee(
  ports: Pick<Adapters, 'clock' | 'evidence' | 'liveModels'>,
  state: RolloutState,
): Promise<RolloutState['outlook']> {
  const { config, plan } = state;
  const { settings, builtIn } = config;
  if (!endsOnProof(plan.steps)) return undefined;
  const until = Math.min(settledUntil(ports.clock.now()), floorMinute(Date.parse(state.startedAt)));
  const evidence = patientEvidence(ports.evidence);
  const read = await readBaseline({ ...ports, evidence }, state, until);
  if (read === 'unavailable') return undefined;
  const { baseline } = read;
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
