import { InvalidInput, ModelRejected } from '../../contract/errors';
import type { ExecutionInput } from '../../contract/execution-input';
import { LIVE_MODEL, MODELS_PREFIX } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import { adviceOnUnreadable, unreadableInWords } from '../../contract/unreadable';
import { formatModelAddress, parseModelAddress } from '../../domain/rollout';
import { ModelUnreadable, type StoredModel } from '../../adapters/s3/models';
import type { Adapters } from '../../adapters/adapters';

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
      `${stored.key}: ${(stored.sizeBytes / MB).toFixed(1)} MB; the endpoint's limit maxModelMB is ${settings.maxModelMB} MB`,
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
      `${text.slice(0, 300)}: there is no such object version (the bucket is versioned; a deleted one cannot be rolled out)`,
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
