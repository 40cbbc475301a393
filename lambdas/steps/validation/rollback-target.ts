import type { RolloutState } from '../../contract/rollout-state';
import { MINUTE_MS } from '../../domain/minutes';
import type { LivePeriod } from '../../ports/live-models';
import type { Ports } from '../../ports/ports';
import { checkTarget, targetUnavailable } from './check-target';

type Needs = Pick<Ports, 'clock' | 'liveModels' | 'records' | 'versions'>;

/**
 * The version to roll back to. Its canary is skipped when it was live within the rollback window: it has proved itself
 * on live traffic a short while ago, and whoever rolls back is in a hurry.
 *
 * A rollback undoes the last change of live traffic. When it stopped a rollout that had given green traffic, that was
 * the last one: blue is back, is the target, and live already.
 */
export async function chooseRollbackTarget(
  ports: Needs,
  state: RolloutState,
  to: string | undefined,
  stopped: string | undefined,
): Promise<Pick<RolloutState, 'green' | 'plan' | 'decidedBy'>> {
  const { endpoint, blue, config, plan } = state;
  if (stopped !== undefined && (to === undefined ? await gaveBack(ports, state, stopped) : to === blue.version))
    return { green: blue, plan, decidedBy: `rollback: it stopped rollout ${stopped}, and blue is back` };
  const periods = await ports.liveModels.read(endpoint);
  const version =
    to ?? periods.find((period) => period.version !== blue.version && period.model !== undefined)?.version;
  const unavailable = (why: string) => targetUnavailable(endpoint, `live is version ${blue.version}: ${why}`);
  if (version === undefined) throw unavailable('no earlier version was ever live');
  if (version === blue.version) throw unavailable(`version ${version} is live already`);
  const model = await checkTarget(ports, config, version);
  const windowStart = ports.clock.now() - config.settings.rollbackWindowMinutes * MINUTE_MS;
  const recent = periods.some((period) => period.version === version && wasLiveSince(period, windowStart));
  return { green: { version, model }, plan: { ...plan, ...(recent && { strategy: 'AllAtOnce', steps: [] }) } };
}

/** The rollout had given green traffic, and its blue, which is ours, has all of it again, whatever was recorded. */
async function gaveBack({ records }: Needs, { endpoint, blue }: RolloutState, rolloutId: string): Promise<boolean> {
  const stopped = (await records.read(endpoint, rolloutId))?.state;
  return stopped !== undefined && stopped.phase !== 'before-traffic' && stopped.blue.version === blue.version;
}

const wasLiveSince = (period: LivePeriod, since: number): boolean =>
  period.until === undefined || Date.parse(period.until) >= since;
