import { NO_ENDPOINT } from '../../contract/names';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { InvalidUpload, isRolloutError, UnknownEndpoint } from '../../contract/errors';
import { executionName } from '../../domain/execution-name';
import { formatModelAddress } from '../../domain/model-address';
import { isoTime } from '../../domain/minutes';
import type { Adapters } from '../../adapters/adapters';
import { endpointOfKey } from '../validation/find-endpoint';
import { answerDisplaced, named } from './displaced';
import { refuseUpload } from './refuse-upload';
import { startUpload } from './start-upload';
import type { UploadAnswer, UploadNeeds } from './start-upload';
import { uploadInput } from './upload-input';

/** An object that was created, as S3 tells of it. */
export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
  /** Undefined in a bucket that is not versioned. */
  readonly versionId: string | undefined;
  readonly sequencer?: string;
  /** In place of a version id, to tell the object from an earlier one of that key. */
  readonly at?: string;
}

export type AnswerUploadNeeds = UploadNeeds & Pick<Adapters, 'documents' | 'hash' | 'models' | 'records' | 'settings'>;

/** Name of the execution that an object version starts under; of one that belongs to no endpoint, that of its record. */
export const uploadId = (
  { hash }: Pick<Adapters, 'hash'>,
  endpoint: string,
  { bucket, key, versionId, at }: CreatedObject,
): string => executionName({ endpoint, bucket, key, versionId: versionId ?? `at ${at ?? ''}` }, 1, hash);

/** One rollout per object version, or a record and an announcement of why there is none. Done twice it does nothing more. */
export async function answerUpload(ports: AnswerUploadNeeds, object: CreatedObject): Promise<UploadAnswer> {
  const { bucket, key, versionId } = object;
  const name = endpointOfKey(key);
  const config = name === undefined ? undefined : await ports.settings.findSettings(name);
  const endpoint = config?.settings.name ?? NO_ENDPOINT;
  const id = uploadId(ports, endpoint, object);
  if (await ports.uploads.isAnswered(endpoint, id)) return 'answered before';
  try {
    if (config === undefined) throw await unknownEndpoint(ports, key, name);
    if (bucket !== ports.models.bucket)
      throw new InvalidUpload(
        `${key}: the event is of bucket "${bucket}"; models are uploaded to ${ports.models.bucket}`,
      );
    if (versionId === undefined)
      throw new InvalidUpload(`${key}: the event has no version id; the bucket must be versioned`);
    return await startOrSupersede(ports, config, { ...object, versionId }, id);
  } catch (error) {
    const model = formatModelAddress({ bucket, key, ...(versionId !== undefined && { versionId }) });
    if (isRolloutError(error)) return refuseUpload(ports, { endpoint, id, model }, error);
    throw error;
  }
}

async function unknownEndpoint({ settings }: Pick<Adapters, 'settings'>, key: string, name: string | undefined) {
  const names = (await settings.listSettings()).map((one) => one.settings.name).join(', ');
  return new UnknownEndpoint(
    `${key}: there is no endpoint "${name?.slice(0, 80) ?? ''}"; there are ${names || 'none'}`,
  );
}

async function startOrSupersede(
  ports: AnswerUploadNeeds,
  config: EndpointConfig,
  object: CreatedObject & { readonly versionId: string },
  executionName: string,
): Promise<UploadAnswer> {
  const endpoint = config.settings.name;
  const { bucket, key, versionId, sequencer } = object;
  const { input, uploadedAt, dryRun } = await uploadInput(ports, config, object);
  const upload = {
    ...{ endpoint, bucket, key, versionId, uploadedAt, executionName, input },
    ...(sequencer !== undefined && { sequencer }),
    ...(dryRun && { dryRun }),
  };
  const current = dryRun ? undefined : await newerVersion(ports, config, object);
  if (current !== undefined) {
    const why = `${named({ key, versionId: current })} is the current version of that key`;
    await answerDisplaced(ports, [upload], why);
    return 'superseded';
  }
  return startUpload(ports, config, upload, isoTime(ports.clock.now()));
}

/**
 * The current version of the key, where that is another one and will be rolled out, or was: which of two versions of a key
 * is the newer, S3 alone says. One that is refused, or asks for a dry run, takes nobody's place.
 */
async function newerVersion(
  ports: AnswerUploadNeeds,
  config: EndpointConfig,
  { bucket, key, versionId }: CreatedObject,
): Promise<string | undefined> {
  try {
    const current = await ports.models.describeModel(key);
    if (current === undefined || current.versionId === versionId) return undefined;
    const other = { bucket, key, versionId: current.versionId };
    const answer = await ports.uploads.readUploadAnswer(
      config.settings.name,
      uploadId(ports, config.settings.name, other),
    );
    if (answer === 'refused') return undefined;
    return (await uploadInput(ports, config, other)).dryRun ? undefined : current.versionId;
  } catch (error) {
    if (isRolloutError(error) || (error instanceof Error && error.name === 'ModelUnreadable')) return undefined;
    throw error;
  }
}
