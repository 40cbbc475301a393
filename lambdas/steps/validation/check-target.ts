import type { EndpointConfig } from '../../contract/endpoint-settings';
import { RollbackTargetUnavailable } from '../../contract/errors';
import { adviceOnUnreadable, type Unreadable, unreadableInWords } from '../../contract/unreadable';
import { formatModelAddress, type PinnedModel } from '../../domain/rollout';
import type { Adapters } from '../../adapters/adapters';
import { servedModel } from '../rollout/model-environment';
import type { RolloutState } from '../../contract/rollout-state';
import { MINUTE_MS } from '../../domain/minutes';
import { putBackLately, rollbackTargets, takenBackInWords } from '../../domain/rollback';
import type { LivePeriod } from '../../adapters/dynamodb/live-models';
import { meetBlue } from '../verification/ask-blue';

/** Lambda brings an idle version back when it is called, so these states are as good as Active once it is warmed. */
const USABLE_STATES = ['Active', 'Inactive', 'Pending'];
export const isUsableState = (state: string): boolean => USABLE_STATES.includes(state);

/** The model of a version that can be rolled back to. Throws RollbackTargetUnavailable where there is none. */
export async function checkTarget(
  { versions }: Pick<Adapters, 'versions'>,
  { functionName, settings }: EndpointConfig,
  version: string,
): Promise<PinnedModel> {
  const unavailable = (why: string) => targetUnavailable(settings.name, `version ${version} ${why}`);
  const facts = await versions.describeVersion(functionName, version);
  if (facts === undefined) throw unavailable('does not exist (it may have been torn down)');
  if (!isUsableState(facts.state))
    throw unavailable(`is ${facts.state}, not Active${facts.stateReason ? `: ${facts.stateReason}` : ''}`);
  const model = servedModel(facts.environment);
  if (model === undefined) throw unavailable('serves no model');
  return model;
}

/**
 * Before traffic moves: an environment of the target that runs already would answer, and each new one would not. Where S3
 * itself does not answer, the way back stays open: whether the model can be loaded is tried by VerifyGreen.
 */
export async function checkTargetModel(
  { models }: Pick<Adapters, 'models'>,
  { settings }: EndpointConfig,
  version: string,
  model: PinnedModel,
): Promise<void> {
  const unreadable = await models.whyUnreadable(model).catch(() => undefined);
  if (unreadable === undefined || isOursAlone(unreadable)) return;
  throw targetUnavailable(
    settings.name,
    `version ${version} cannot be started: its model ${formatModelAddress(model)} ${unreadableInWords(unreadable)}; name another version, or ${adviceOnUnreadable(unreadable)}`,
  );
}

/** A right that this function lacks says nothing of what the endpoint's function may. */
const isOursAlone = ({ said }: Unreadable): boolean => said.startsWith('AccessDenied');

const targetUnavailable = (endpoint: string, why: string): RollbackTargetUnavailable =>
  new RollbackTargetUnavailable(`to: endpoint ${endpoint}: ${why}`);

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
