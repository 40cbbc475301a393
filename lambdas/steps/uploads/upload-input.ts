import type { EndpointConfig } from '../../contract/endpoint-settings';
import { InvalidUpload } from '../../contract/errors';
import { adviceOnUnreadable, type Unreadable, unreadableInWords } from '../../contract/unreadable';
import { uploadOptions } from '../../contract/upload-options';
import { formatModelAddress } from '../../domain/model-address';
import { ModelUnreadable, type StoredModel } from '../../adapters/s3/models';
import type { Adapters } from '../../adapters/adapters';
import { whyNotAllowed } from './why-not-allowed';

interface UploadedObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

export interface UploadInput {
  /** Execution input, JSON. */
  readonly input: string;
  readonly uploadedAt: string;
  readonly dryRun: boolean;
}

/**
 * The execution input that an object asks for. Throws InvalidUpload for a wrong suffix, an object that cannot be read, and
 * metadata that does not parse or asks for less care than the endpoint allows.
 */
export async function uploadInput(
  { clock, models }: Pick<Adapters, 'clock' | 'models'>,
  config: EndpointConfig,
  object: UploadedObject,
): Promise<UploadInput> {
  const { name, suffix } = config.settings;
  const { key } = object;
  if (!key.endsWith(suffix))
    throw new InvalidUpload(`${key}: the key must end in ${suffix}, the suffix of endpoint ${name}`);
  const stored = await whenAllowed(clock, () => describeOrRefuse(models, object));
  const { strategy, reason, dryRun } = uploadOptions(stored.metadata, key);
  const notAllowed = strategy && whyNotAllowed(config.settings, strategy);
  if (notAllowed !== undefined)
    throw new InvalidUpload(
      `${key}: metadata strategy: ${notAllowed}. A person who may start executions may choose: "model": "${formatModelAddress(object)}"`,
    );
  await whenAllowed(clock, async () => {
    const unreadable = await models.whyUnreadable(object);
    if (unreadable) throw new UnreadableUpload(object, unreadable);
  });
  const input = {
    endpoint: name,
    model: formatModelAddress(object),
    ...(strategy !== undefined && { strategy }),
    ...(reason !== undefined && { reason }),
    ...(dryRun && { dryRun }),
    startedBy: 'upload',
  };
  return { input: JSON.stringify(input), uploadedAt: stored.lastModified, dryRun };
}

/** A policy that was written a moment ago is not everywhere yet. Twice this and the rest are within the handler's 60 s. */
const ALLOWED_WITHIN_MS = 20_000;
const AGAIN_MS = 4_000;

async function whenAllowed<T>(clock: Adapters['clock'], read: () => Promise<T>): Promise<T> {
  const until = clock.now() + ALLOWED_WITHIN_MS;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const denied = error instanceof UnreadableUpload && error.unreadable.reason === 'forbidden';
      if (!denied || clock.now() + AGAIN_MS > until) throw error;
      await clock.sleep(AGAIN_MS);
    }
  }
}

class UnreadableUpload extends InvalidUpload {
  constructor(
    { key, versionId }: UploadedObject,
    readonly unreadable: Unreadable,
  ) {
    super(`${key}: version ${versionId} ${unreadableInWords(unreadable)}; ${adviceOnUnreadable(unreadable)}`);
  }
}

async function describeOrRefuse(models: Adapters['models'], object: UploadedObject): Promise<StoredModel> {
  try {
    const stored = await models.describeModel(object.key, object.versionId);
    if (stored !== undefined) return stored;
  } catch (error) {
    if (error instanceof ModelUnreadable) throw new UnreadableUpload(object, error.unreadable);
    throw error;
  }
  throw new InvalidUpload(
    `${object.key}: version ${object.versionId} is not there any more; it was deleted after it was uploaded`,
  );
}
