import type { Adapters } from '../../adapters/adapters';
import type { LivePeriod } from '../../adapters/dynamodb/live-models';
import type { WaitingDeploy } from '../../adapters/dynamodb/uploads';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { DeployStopped } from '../../contract/errors';
import type { ExecutionInput } from '../../contract/execution-input';
import { LIVE_MODEL, ROLLOUT_WAITS } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import { isoTime } from '../../domain/minutes';
import { some } from '../../domain/numbers';
import { holdsBack, stoppedBy, type Wave, waveInWords } from '../../domain/waves';
import { STATES } from '../../domain/workflow';
import { deployStopped, rolloutWaiting } from '../announcements/transitions';
import { servedModel } from '../rollout/model-environment';
import { noted } from '../rollout/progress';
import { recordProgress } from '../rollout/record-progress';
import { START_LEASE_MS, startExecutionOnce } from './start-upload';

/**
 * The rollout of what is live on what was deployed last. Undefined where no model is live.
 *
 * @param once the same text asks for the same rollout, however often
 */
export async function rolloutOfDeploy(
  { hash, liveAlias, versions }: Pick<Adapters, 'hash' | 'liveAlias' | 'versions'>,
  { endpoint, functionName }: { readonly endpoint: string; readonly functionName: string },
  once: string,
): Promise<WaitingDeploy | undefined> {
  const { version } = await liveAlias.readLiveAlias(functionName);
  const live = await versions.describeVersion(functionName, version);
  const latest = await versions.describeVersion(functionName, '$LATEST');
  if (live === undefined || latest === undefined || servedModel(live.environment) === undefined) return undefined;
  const reason = "the endpoint's code or settings changed";
  return {
    ...{ endpoint, code: latest.codeSha256, isNewCode: latest.codeSha256 !== live.codeSha256 },
    executionName: `${endpoint}-deploy-${hash(once).slice(0, 12)}`,
    input: JSON.stringify({ endpoint, model: LIVE_MODEL, reason, startedBy: 'deploy' }),
  };
}

type Needs = Pick<
  Adapters,
  'announcements' | 'clock' | 'executions' | 'liveModels' | 'locks' | 'uploads' | 'versions' | 'waves'
>;

/**
 * Starts the deploy that waits for this endpoint, if there is one and its wave has begun. For callers that have seen no
 * rollout run since they read the settings: one of other settings may yet put what is live another way.
 */
export async function startWaitingDeploy(
  ports: Needs,
  endpoint: string,
  { fingerprint, functionName }: Pick<EndpointConfig, 'fingerprint' | 'functionName'>,
): Promise<'started' | 'brought' | 'changed' | 'waits' | undefined> {
  const { clock, executions, liveModels, locks, uploads, versions } = ports;
  const deploy = await uploads.readWaitingDeploy(endpoint);
  if (deploy === undefined) return undefined;
  const [live] = await liveModels.livePeriods(endpoint);
  const isNoted = deploy.isNewCode && live?.codeAhead === deploy.code;
  const served = isNoted ? await versions.describeVersion(functionName, live.version) : undefined;
  // An upload published the code before the deploy had stored its settings: those alone are left, at once.
  const isAhead = served?.codeSha256 === deploy.code;
  // What a person took back since is to stay back, which is noted. A version that is gone says nothing of its code.
  const isBack = isNoted && served !== undefined && !isAhead && fingerprint !== undefined;
  if (isBack) await liveModels.noteFingerprint(endpoint, live.version, fingerprint);
  if (isBack || isBrought(live, { fingerprint })) {
    await uploads.removeWaitingDeploy(deploy);
    return 'brought';
  }
  const owner = executions.arnOfExecution(deploy.executionName);
  const one = { owner, rolloutId: deploy.executionName, endpoint };
  const isNewCode = deploy.isNewCode && !isAhead;
  const wave = isNewCode ? await ports.waves.mustWaitFor(deploy.code, one) : undefined;
  if (wave !== undefined) {
    await tellWhatStopped(ports, deploy.code, wave);
    return 'waits';
  }
  const now = isoTime(clock.now());
  const held = await locks.readLock(endpoint);
  // While another rollout runs it holds neither the endpoint nor a place in its wave.
  if (held !== undefined && held.owner !== owner && held.leaseUntil > now) return 'waits';
  // It joined before it was started: then only the note that it waits was left.
  if ((await executions.executionStatus(owner)) === undefined) {
    // CloudFormation has changed the function since, and is about to say so: that deploy has waves of its own. Or
    // a person has, and a deploy puts that right.
    const changed = (await versions.describeVersion(functionName, '$LATEST'))?.codeSha256 !== deploy.code;
    if (changed !== (deploy.functionChanged ?? false)) await uploads.noteFunctionChanged(deploy, changed);
    if (changed) return 'changed';
    if (isNewCode && (await ports.waves.joinWave(deploy.code, one)) !== undefined) return 'waits';
  }
  const lock = { endpoint, owner, rolloutId: deploy.executionName, leaseUntil: isoTime(clock.now() + START_LEASE_MS) };
  // What has joined its wave stays there until the next try, or until the reconciler finds that it never began.
  if ((await locks.acquireLock(lock, now)) !== 'acquired') return 'waits';
  await startExecutionOnce(ports, deploy);
  await uploads.removeWaitingDeploy(deploy);
  return 'started';
}

export const FUNCTION_CHANGED = 'its function has other code than was deployed';

/** What was deployed last has been live since, on this version or one that a rollback went back from. */
export const isBrought = (
  live: Pick<LivePeriod, 'fingerprint'> | undefined,
  { fingerprint }: Pick<EndpointConfig, 'fingerprint'>,
): boolean => live?.fingerprint !== undefined && live.fingerprint === fingerprint;

/** Only where another endpoint waits for it does a bad end keep anything from anybody. */
async function tellWhatStopped(
  { announcements, clock, waves }: Pick<Adapters, 'announcements' | 'clock' | 'waves'>,
  code: string,
  wave: Wave,
): Promise<void> {
  const [first] = stoppedBy(wave);
  if (first === undefined || first.told === true) return;
  await announcements.announceOnce(deployStopped(clock, first));
  await waves.noteTold(code, first.rolloutId);
}

type TurnNeeds = Pick<
  Adapters,
  'clock' | 'hash' | 'liveAlias' | 'records' | 'turns' | 'uploads' | 'versions' | 'waves'
> & {
  readonly atOnce: number;
};

/**
 * Begins when it is this rollout's turn; until then the workflow asks again. A rollback has none: it is the way out.
 * @throws RolloutWaits, DeployStopped
 */
export async function awaitTurn(ports: TurnNeeds, state: RolloutState, { action }: ExecutionInput): Promise<void> {
  if (action === 'rollback') return;
  await leaveStoppedDeploy(ports, state);
  const { id: rolloutId, executionArn: owner, endpoint, startedAt: since } = state;
  const taken = await ports.turns.takeTurn(
    { owner, rolloutId, endpoint, since },
    ports.atOnce,
    state.waitsFor === undefined,
  );
  if (taken === 'taken') return;
  const { running, ahead } = taken;
  // As it was when it came: who comes later stays behind it.
  const why = state.waitsFor ?? `${some(running, 'rollout')} of ${ports.atOnce} run, and ${ahead} came before it`;
  if (state.waitsFor === undefined) {
    const waits = noted({ ...state, waitsFor: why }, ports.clock, STATES.validateModel, `waits for its turn: ${why}`);
    await recordProgress(ports, waits, rolloutWaiting(ports.clock, waits, why));
  }
  throw new RolloutWaits(`endpoint ${endpoint}: ${why}`);
}

/** It is not this rollout's turn yet. The workflow asks again for a day. */
class RolloutWaits extends Error {
  override readonly name = ROLLOUT_WAITS;
}

/**
 * A deploy that was stopped while this one had not begun holds it back like those that wait for their wave: in line,
 * under a name of its own, as this execution ends.
 */
async function leaveStoppedDeploy(ports: TurnNeeds, state: RolloutState): Promise<void> {
  const { config, endpoint, id, plan } = state;
  if (plan.startedBy !== 'deploy') return;
  const wave = await ports.waves.findWaveOf(id);
  if (wave === undefined || !holdsBack(wave, endpoint)) return;
  const again = await rolloutOfDeploy(ports, { endpoint, functionName: config.functionName }, id);
  // A later deploy may be in line already, and brings this one.
  if (again !== undefined) await ports.uploads.noteWaitingDeploy(again, 'if none waits');
  throw new DeployStopped(`endpoint ${endpoint} waited for its turn, and ${waveInWords(wave)}`);
}
