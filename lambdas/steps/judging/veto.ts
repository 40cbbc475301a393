import type { RolloutState } from '../../contract/rollout-state';
import type { Ports } from '../../ports/ports';

/** The user's alarms that stop this rollout now, in words; undefined when none does. */
export async function alarmsInWords(
  { alarms }: Pick<Ports, 'alarms'>,
  state: RolloutState,
): Promise<string | undefined> {
  const names = state.config.settings.vetoAlarms;
  if (names.length === 0) return undefined;
  const vetoes = await alarms.vetoes(names);
  return vetoes.length === 0
    ? undefined
    : vetoes.map(({ name, why }) => `alarm "${name}" ${why === 'in ALARM' ? 'is in ALARM' : why}`).join('; ');
}
