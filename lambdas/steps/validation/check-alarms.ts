import { AlarmNotReady } from '../../contract/errors';
import type { RolloutState } from '../../contract/rollout-state';
import type { Adapters } from '../../adapters/adapters';
import { inWords } from '../judgement/veto';
import { meetBlue } from '../verification/ask-blue';

/**
 * Every alarm that may stop this rollout must be OK before it begins: one that does not exist or has no data would never
 * stop it, and one in ALARM would stop it at its first look. A rollback is not held to them, nor is what replaces a live
 * version that answers nothing: that it does not may be why an alarm rings.
 */
export async function checkAlarms(
  ports: Pick<Adapters, 'alarms' | 'clock' | 'endpointCalls'>,
  state: RolloutState,
): Promise<void> {
  const { alarms } = ports;
  const names = state.config.settings.vetoAlarms;
  if (names.length === 0 || state.plan.action === 'rollback') return;
  const notReady = (await alarms.alarmStates(names)).filter((one) => one.state !== 'OK');
  if (notReady.length === 0) return;
  if (state.blue.model !== undefined && 'silent' in (await meetBlue(ports, state))) return;
  throw new AlarmNotReady(
    `endpoint ${state.endpoint}: ${inWords(notReady)}; every alarm in vetoAlarms must be OK when a rollout starts, so nothing was published`,
  );
}
