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
  { models }: Pick<Adapters, 'models'>,
  config: EndpointConfig,
  object: UploadedObject,
): Promise<UploadInput> {
  const { name, suffix } = config.settings;
  const { key } = object;
  if (!key.endsWith(suffix))
    throw new InvalidUpload(`${key}: the key must end in ${suffix}, the suffix of endpoint ${name}`);
  const stored = await describeOrRefuse(models, object);
  const { strategy, reason, dryRun } = uploadOptions(stored.metadata, key);
  const notAllowed = strategy && whyNotAllowed(config.settings, strategy);
  if (notAllowed !== undefined)
    throw new InvalidUpload(
      `${key}: metadata strategy: ${notAllowed}. A person who may start executions may choose: "model": "${formatModelAddress(object)}"`,
    );
  const unreadable = await models.whyUnreadable(object);
  if (unreadable) throw refusedFor(object, unreadable);
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

async function describeOrRefuse(models: Adapters['models'], object: UploadedObject): Promise<StoredModel> {
  try {
    const stored = await models.describeModel(object.key, object.versionId);
    if (stored !== undefined) return stored;
  } catch (error) {
    if (error instanceof ModelUnreadable) throw refusedFor(object, error.unreadable);
    throw error;
  }
  throw new InvalidUpload(
    `${object.key}: version ${object.versionId} is not there any more; it was deleted after it was uploaded`,
  );
}

const refusedFor = ({ key, versionId }: UploadedObject, unreadable: Unreadable): InvalidUpload =>
  new InvalidUpload(`${key}: version ${versionId} ${unreadableInWords(unreadable)}; ${adviceOnUnreadable(unreadable)}`);
