import type { RolloutState } from '../../contract/rollout-state';
import type { NamedAlarm } from '../../adapters/cloudwatch/alarms';
import type { Adapters } from '../../adapters/adapters';

/** What the user's alarms say while green has traffic, in words. */
export interface Alarming {
  /** Those that stop the rollout now: in ALARM, or gone, because an alarm that cannot be read protects no users. */
  readonly stops?: string;
  /**
   * Those without data, which stop nothing. Each had data when the rollout began, and an alarm on errors may well have
   * none between two errors; the record says that it was silent.
   */
  readonly silent?: string;
}

/** Of a rollback nothing: what rings is most likely the model that a person is taking out of service. */
export async function readAlarms({ alarms }: Pick<Adapters, 'alarms'>, state: RolloutState): Promise<Alarming> {
  const names = state.config.settings.vetoAlarms;
  if (names.length === 0 || state.plan.action === 'rollback') return {};
  const states = await alarms.alarmStates(names);
  const stops = inWords(states.filter((one) => one.state === 'in ALARM' || one.state === 'does not exist'));
  const silent = inWords(states.filter((one) => one.state === 'without data'));
  return { ...(stops !== '' && { stops }), ...(silent !== '' && { silent }) };
}

/** `alarm "checkout-broken" is in ALARM; alarm "other" does not exist`; empty for none. */
export const inWords = (alarms: readonly NamedAlarm[]): string =>
  alarms.map(({ name, state }) => `alarm "${name}" ${state === 'does not exist' ? state : `is ${state}`}`).join('; ');

/** The note of a look, with the alarms that were silent meanwhile. */
export const withSilent = (note: string, { silent }: Alarming): string =>
  silent === undefined ? note : `${note}; ${silent}, which stops nothing`;
