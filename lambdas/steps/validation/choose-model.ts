import { InvalidInput, ModelRejected, RollbackTargetUnavailable } from '../../contract/errors';
import type { ExecutionInput } from '../../contract/execution-input';
import { LIVE_MODEL, MODELS_PREFIX } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import { ModelUnreadable, adviceOnUnreadable, unreadableInWords, type Unreadable } from '../../contract/unreadable';
import { formatModelAddress, parseModelAddress, type PinnedModel } from '../../domain/rollout';
import type { StoredModel } from '../../adapters/s3/models';
import type { Adapters } from '../../adapters/adapters';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { isOfDrill, servedModel } from '../rollout/model-environment';
import { MINUTE_MS } from '../../domain/minutes';
import { LATEST, putBackLately, rollbackTargets, takenBackInWords } from '../../domain/rollback';
import type { LivePeriod } from '../../adapters/dynamodb/live-models';
import { readableRecord } from '../rollout/record-progress';
import { meetBlue } from '../verification/ask-blue';

const MB = 1024 * 1024;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

/** The model to roll out, pinned by version id and by the hash of its bytes, after every check that needs no run. */
export async function choosePin(
  { models }: Pick<Adapters, 'models'>,
  state: RolloutState,
  input: ExecutionInput,
): Promise<Pick<RolloutState, 'green'>> {
  const { settings } = state.config;
  const prefix = `${MODELS_PREFIX}${settings.name}/`;
  const wanted = input.model === LIVE_MODEL ? liveModel(state) : input.model;
  const stored = await readable(() =>
    wanted === undefined ? newest(models, prefix, settings.suffix) : named(models, wanted, prefix),
  );
  if (!stored.key.endsWith(settings.suffix)) {
    throw new ModelRejected(`${stored.key}: the key must end in ${settings.suffix}, this endpoint's suffix`);
  }
  if (stored.sizeBytes === 0) throw new ModelRejected(`${stored.key}: the object has 0 bytes`);
  if (stored.sizeBytes > settings.maxModelMB * MB) {
    throw new ModelRejected(
      `${stored.key}: ${(stored.sizeBytes / MB).toFixed(1)} MB; the endpoint's limit maxModelMB is ` +
        `${settings.maxModelMB} MB`,
    );
  }
  const sha256 = await readable(() => models.hashModel(stored));
  checkDeclaredHash(stored, sha256);
  return { green: { model: { bucket: stored.bucket, key: stored.key, versionId: stored.versionId, sha256 } } };
}

/** What S3 says of the object itself is the model's fault, and final; other errors are tried again. */
async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ModelUnreadable)) throw error;
    const { key, unreadable } = error;
    throw new ModelRejected(`${key}: it ${unreadableInWords(unreadable)}; ${adviceOnUnreadable(unreadable)}`);
  }
}

/** "live": whatever blue serves when the rollout begins, to bring it onto changed code or settings. */
function liveModel(state: RolloutState): string {
  if (state.blue.model === undefined) throw new ModelRejected('model: "live" was asked for, but no model is live yet');
  return formatModelAddress(state.blue.model);
}

async function newest(models: Adapters['models'], prefix: string, suffix: string): Promise<StoredModel> {
  const found = await models.newestModel(prefix, suffix);
  if (found === undefined) {
    throw new ModelRejected(`s3://${models.bucket}/${prefix}: no object there ends in ${suffix}; upload a model first`);
  }
  return found;
}

async function named(models: Adapters['models'], text: string, prefix: string): Promise<StoredModel> {
  const address = parseModelAddress(text);
  if (address === undefined)
    throw new InvalidInput(`model: must be s3://${models.bucket}/${prefix}<file>; got "${text.slice(0, 200)}"`);
  if (address.bucket !== models.bucket)
    throw new InvalidInput(`model: bucket "${address.bucket.slice(0, 80)}" is not the model bucket ${models.bucket}`);
  if (!address.key.startsWith(prefix))
    throw new InvalidInput(`model: key "${address.key.slice(0, 200)}" is not under ${prefix}`);
  const keyBytes = Buffer.byteLength(address.key);
  if (keyBytes > MAX_KEY_BYTES)
    throw new InvalidInput(`model: the key has ${keyBytes} bytes, S3's limit is ${MAX_KEY_BYTES}`);
  const found = await models.describeModel(address.key, address.versionId);
  if (found === undefined) {
    throw new ModelRejected(
      `${text.slice(0, 300)}: there is no such object version (the bucket is versioned; a deleted one cannot be ` +
        'rolled out)',
    );
  }
  return found;
}

/** The uploader may declare the hash as metadata `sha256`: hex, in either case, or base64 as S3 shows it. */
function checkDeclaredHash(stored: StoredModel, sha256: string): void {
  const declared = stored.metadata['sha256']?.trim();
  if (declared === undefined || declared === '') return;
  const asHex = /^[0-9a-fA-F]{64}$/.test(declared)
    ? declared.toLowerCase()
    : Buffer.from(declared, 'base64').toString('hex');
  if (asHex === sha256) return;
  throw new ModelRejected(`${stored.key}: sha256 is ${sha256}, its metadata declares ${declared.slice(0, 100)}`);
}

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
  if (isOfDrill(facts.environment)) throw unavailable('fails its users on purpose: it was published for a drill');
  return model;
}

/**
 * Before traffic moves: an environment of the target that runs already would answer, and each new one would not. Where
 * S3 itself does not answer, the way back stays open: whether the model can be loaded is tried by VerifyGreen.
 */
export async function checkTargetModel(
  { models }: Pick<Adapters, 'models'>,
  { settings }: EndpointConfig,
  version: string,
  model: PinnedModel,
): Promise<void> {
  const unreadable = await whyNotStarted({ models }, model).catch(() => undefined);
  if (unreadable === undefined) return;
  throw targetUnavailable(
    settings.name,
    `version ${version} cannot be started: its model ${formatModelAddress(model)} ` +
      `${unreadableInWords(unreadable)}; name another version, or ${adviceOnUnreadable(unreadable)}`,
  );
}

/**
 * Why new environments could not load a model. A right that this function lacks says nothing of what the endpoint's
 * function may; where S3 itself does not answer, that is thrown.
 */
export async function whyNotStarted(
  { models }: Pick<Adapters, 'models'>,
  model: PinnedModel,
): Promise<Unreadable | undefined> {
  const unreadable = await models.whyUnreadable(model);
  return unreadable?.said.startsWith('AccessDenied') === true ? undefined : unreadable;
}

const targetUnavailable = (endpoint: string, why: string): RollbackTargetUnavailable =>
  new RollbackTargetUnavailable(`to: endpoint ${endpoint}: ${why}`);

type Needs = Pick<Adapters, 'clock' | 'endpointCalls' | 'liveModels' | 'models' | 'records' | 'versions'>;
type ChosenModel = Pick<RolloutState, 'decidedBy' | 'failing' | 'green' | 'plan'>;

/**
 * The version to roll back to. Its canary is skipped when it was live within the rollback window and was not taken
 * back: it has proved itself on live traffic a short while ago, and a rollback is urgent.
 *
 * A rollback without `to` undoes the last change of live traffic. When that was itself to take a version back (a
 * revert, an aborted canary, another person's rollback, or the rollout that this one has stopped), it is undone
 * already. Unless what was put back answers nothing: then it is what the person wants to get away from.
 */
export async function chooseRollbackTarget(
  ports: Needs,
  state: RolloutState,
  to: string | undefined,
  stopped: string | undefined,
): Promise<ChosenModel> {
  const { endpoint, blue, config, plan } = state;
  const [periods, takenBack] = [
    await ports.liveModels.livePeriods(endpoint),
    await ports.liveModels.listTakenBack(endpoint),
  ];
  const stays = async (why: string, by: string): Promise<ChosenModel> => {
    const { liveFails } = (await readableRecord(ports.records, endpoint, by)) ?? {};
    return {
      green: { version: blue.version, ...(blue.model && { model: blue.model }) },
      plan,
      decidedBy: `already put back: live is version ${blue.version}; ${why}`,
      ...(liveFails?.version === blue.version && { failing: liveFails }),
    };
  };
  // Nothing can be compared with what is no version, and Lambda gives it no share of traffic either.
  const isUnpublished = blue.version === LATEST;
  if (to === undefined && !isUnpublished) {
    const lately = putBackLately(blue.version, periods, takenBack, ports.clock.now());
    if (lately !== undefined && 'signature' in (await meetBlue(ports, state)))
      return stays(takenBackInWords(lately), lately.rolloutId);
  } else if (stopped !== undefined && to === blue.version) return stays(`it stopped rollout ${stopped}`, stopped);
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
  const proved = isUnpublished || (recent && taken?.how !== 'reverted' && taken?.how !== 'aborted');
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
