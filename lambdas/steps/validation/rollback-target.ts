import type { EndpointConfig } from '../../contract/endpoint-settings';
import type { RolloutState } from '../../contract/rollout-state';
import { MINUTE_MS } from '../../domain/minutes';
import { putBackLately, rollbackTargets, takenBackInWords } from '../../domain/rollback';
import type { PinnedModel } from '../../domain/rollout';
import type { LivePeriod } from '../../adapters/dynamodb/live-models';
import type { Adapters } from '../../adapters/adapters';
import { meetBlue } from '../verification/ask-blue';
import { checkTarget, checkTargetModel, targetUnavailable } from './check-target';

type Needs = Pick<Adapters, 'clock' | 'endpointCalls' | 'liveModels' | 'models' | 'versions'>;
type Chosen = Pick<RolloutState, 'green' | 'plan' | 'decidedBy'>;

/**
 * The version to roll back to. Its canary is skipped when it was live within the rollback window and was not taken back:
 * it has proved itself on live traffic a short while ago, and a rollback is urgent.
 *
 * A rollback without `to` undoes the last change of live traffic. When that was itself to take a version back (a revert,
 * an aborted canary, another person's rollback, or the rollout that this one has stopped), it is undone already. Unless
 * what was put back answers nothing: then it is what the person wants to get away from.
 */
export async function chooseRollbackTarget(
  ports: Needs,
  state: RolloutState,
  to: string | undefined,
  stopped: string | undefined,
): Promise<Chosen> {
  const { endpoint, blue, config, plan } = state;
  const [periods, takenBack] = [
    await ports.liveModels.livePeriods(endpoint),
    await ports.liveModels.listTakenBack(endpoint),
  ];
  const stays = (why: string): Chosen => ({
    green: { version: blue.version, ...(blue.model && { model: blue.model }) },
    plan,
    decidedBy: `already put back: live is version ${blue.version}; ${why}`,
  });
  if (to === undefined) {
    const lately = putBackLately(blue.version, periods, takenBack, ports.clock.now());
    if (lately !== undefined && 'signature' in (await meetBlue(ports, state))) return stays(takenBackInWords(lately));
  } else if (stopped !== undefined && to === blue.version) return stays(`it stopped rollout ${stopped}`);
  const unavailable = (why: string) => targetUnavailable(endpoint, `live is version ${blue.version}: ${why}`);
  if (to === blue.version) throw unavailable(`version ${to} is live already`);
  const versions = to === undefined ? rollbackTargets(blue.version, periods, takenBack) : [to];
  if (versions.length === 0)
    throw unavailable(
      ['no earlier version was ever live that was not taken back', ...takenBack.slice(0, 3).map(takenBackInWords)].join(
        '; ',
      ),
    );
  const { version, model } = await firstUsable(ports, config, versions);
  const taken = takenBack.find((one) => one.version === version);
  const windowStart = ports.clock.now() - config.settings.rollbackWindowMinutes * MINUTE_MS;
  const recent = periods.some((period) => period.version === version && wasLiveSince(period, windowStart));
  const proved = recent && taken?.how !== 'reverted' && taken?.how !== 'aborted';
  return {
    green: { version, model },
    plan: { ...plan, ...(proved && { strategy: 'AllAtOnce', steps: [] }) },
    ...(taken && { decidedBy: `person: named version ${version} although ${takenBackInWords(taken)}` }),
  };
}

/** The first that exists and whose model can be read. Throws what is wrong with the first when none is. */
async function firstUsable(
  ports: Needs,
  config: EndpointConfig,
  versions: readonly string[],
): Promise<{ readonly version: string; readonly model: PinnedModel }> {
  let wrong: unknown;
  for (const version of versions) {
    try {
      const model = await checkTarget(ports, config, version);
      await checkTargetModel(ports, config, version, model);
      return { version, model };
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'RollbackTargetUnavailable') throw error;
      wrong ??= error;
    }
  }
  throw wrong;
}

const wasLiveSince = (period: LivePeriod, since: number): boolean =>
  period.until === undefined || Date.parse(period.until) >= since;
