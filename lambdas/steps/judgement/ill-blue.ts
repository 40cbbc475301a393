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

/**
 * Blue as its users met it in the newest minute; undefined where it was as in its hour. It may have died, in words.
 */
export function illInMinutes(
  { clock }: Pick<Adapters, 'clock'>,
  { blue, config }: RolloutState,
  evidence: Evidence,
  died?: string,
): Failing | undefined {
  const ill =
    died === undefined ? illnessOfBlue(evidence, config.settings.gates) : ({ how: 'fails', why: died } as const);
  return ill && { version: blue.version, at: isoTime(clock.now()), ...ill };
}
