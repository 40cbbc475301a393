import type { RolloutState } from '../../contract/rollout-state';
import type { Adapters } from '../../adapters/adapters';
import type { Evidence, EvidenceMinute } from '../../domain/evidence';
import { overAgain } from '../../domain/judge/held-minutes';
import { floorMinute, isoTime, settledUntil } from '../../domain/minutes';
import type { LiveLook } from './look';

/**
 * Whether what failed green is over, in words. Its minutes settle two minutes after they have ended, so that a short
 * outage of what all versions need is seen when it is gone: the minutes since then tell, as far as they have come.
 */
export async function overSince(
  ports: Pick<Adapters, 'clock' | 'evidence'>,
  state: Pick<RolloutState, 'config' | 'green'>,
  { evidence: seen, judgement }: LiveLook,
  bothAnswer: boolean,
): Promise<string | undefined> {
  const minutes = await unsettledMinutes(ports, state, seen);
  return minutes && overAgain(judgement.gate ?? '', seen, minutes, bothAnswer);
}

/** Green's minutes that have ended and not settled, as far as CloudWatch has counted them. */
export async function unsettledMinutes(
  { clock, evidence }: Pick<Adapters, 'clock' | 'evidence'>,
  { config, green: { version: green } }: Pick<RolloutState, 'config' | 'green'>,
  { thresholds }: Pick<Evidence, 'thresholds'>,
): Promise<readonly EvidenceMinute[] | undefined> {
  if (green === undefined) return undefined;
  const now = clock.now();
  const reading = await evidence.fetchMinutes({
    ...{ config, blue: green, green, thresholds, measures: [], mayPass: false },
    windows: [{ from: isoTime(settledUntil(now)), until: isoTime(floorMinute(now)), weight: 50 }],
    blueMinutesEarlier: 0,
  });
  return reading === 'unavailable' ? undefined : reading.minutes;
}
