import type { Failing } from '../../contract/failing';
import type { RolloutState } from '../../contract/rollout-state';
import type { Adapters } from '../../adapters/adapters';
import type { Evidence } from '../../domain/evidence';
import { illnessOfBlue } from '../../domain/judge/held-minutes';
import { isoTime } from '../../domain/minutes';

/** Blue as it was seen now, asked directly. */
export const illBlue = (
  { clock }: Pick<Adapters, 'clock'>,
  { blue }: RolloutState,
  how: Failing['how'],
  why: string,
): Failing => ({ version: blue.version, at: isoTime(clock.now()), how, why: `asked directly, ${why}` });

/** Blue as its users met it in the newest minute; undefined where it was as in its hour. */
export function illInMinutes(
  { clock }: Pick<Adapters, 'clock'>,
  { blue, config }: RolloutState,
  evidence: Evidence,
): Failing | undefined {
  const ill = illnessOfBlue(evidence, config.settings.gates);
  return ill && { version: blue.version, at: isoTime(clock.now()), ...ill };
}
