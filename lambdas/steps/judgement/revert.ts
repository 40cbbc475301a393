import type { Adapters } from '../../adapters/adapters';
import type { RolloutState, StateAfter } from '../../contract/rollout-state';
import { illInMinutes } from './ill-blue';
import { floorMinute, isoTime, settledUntil } from '../../domain/minutes';
import { STATES } from '../../domain/workflow';
import { noted } from '../rollout/progress';
import { recordProgress } from '../rollout/record-progress';
import { keepEvidence, shortJudgement } from './kept-judgement';
import { type CanaryLook, type LiveLook, lookAtCanary } from './look';
import { type Alarming, withSilent } from './veto';

type Needs = Pick<Adapters, 'clock' | 'documents' | 'records'>;

/** Green was promoted and fails: blue comes back, and the record says by which numbers. */
export async function reverted(
  ports: Needs,
  judged: RolloutState,
  look: CanaryLook | LiveLook,
  refusal: NonNullable<RolloutState['refusal']>,
  alarms: Alarming,
): Promise<StateAfter<'judgeLive'>> {
  const refused: StateAfter<'judgeLive'> = { ...judged, next: 'revert', decidedBy: 'judge', refusal };
  const said = withSilent(`fail: ${refusal.cause}`, alarms);
  const kept = await keepEvidence(ports, noted(refused, ports.clock, STATES.judgeLive, said), look);
  await recordProgress(ports, kept);
  return kept;
}

/**
 * The canary's last minutes, which settle after the promotion: two had not when the judge decided. Blue was beside
 * green in them, so that neither has to be asked whose failures they are. Undefined where nothing new has settled, or
 * nothing failed.
 */
export async function failedBeside(
  ports: Needs & Pick<Adapters, 'evidence' | 'liveModels'>,
  state: RolloutState,
  watch: NonNullable<RolloutState['watch']>,
  green: string,
  alarms: Alarming,
): Promise<StateAfter<'judgeLive'> | undefined> {
  const { canary, weights } = state;
  const now = ports.clock.now();
  const promoted = floorMinute(Date.parse(weights.at(-1)?.at ?? watch.from));
  if (canary === undefined || settledUntil(now) > promoted) return undefined;
  const windows = canary.windows.map((window) => ({ ...window, until: window.until ?? isoTime(promoted) }));
  const look = await lookAtCanary(ports, state, { ...canary, windows }, green, false);
  if (look === 'unavailable' || look.judgement.verdict !== 'fail') return undefined;
  const failing = illInMinutes(ports, state, look.evidence);
  const judged = { ...state, ...(failing && { failing }), judgement: shortJudgement(look.judgement, now) };
  const cause = `${look.judgement.reason}; this had not settled when green was promoted`;
  return reverted(ports, judged, look, { error: 'LiveRegressed', cause }, alarms);
}
