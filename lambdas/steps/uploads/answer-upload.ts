import type { Adapters } from '../../adapters/adapters';
import type { StoredModel } from '../../adapters/s3/models';
import type { EndpointConfig } from '../../contract/endpoint-settings';
import { InvalidUpload, isRolloutError, UnknownEndpoint } from '../../contract/errors';
import { NO_ENDPOINT } from '../../contract/names';
import { ModelUnreadable, adviceOnUnreadable, type Unreadable, unreadableInWords } from '../../contract/unreadable';
import { uploadOptions, whyNotAllowed } from '../../contract/upload-options';
import { executionName, formatModelAddress } from '../../domain/rollout';
import { isoTime } from '../../domain/minutes';
import { endpointOfKey } from '../validation/find-endpoint';
import { answerDisplaced, named, type UploadAnswer, type UploadNeeds, startUpload } from './start-upload';
import { uploadRefused } from '../announcements/rollout-ended';
import { writeReport } from '../report/write-report';

interface UploadedObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

interface UploadInput {
  /** Execution input, JSON. */
  readonly input: string;
  readonly uploadedAt: string;
  readonly dryRun: boolean;
}

/**
 * The execution input that an object asks for. Throws InvalidUpload for a wrong suffix, an object that cannot be read,
 * and metadata that does not parse or asks for less care than the endpoint allows.
 */
async function uploadInput(
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
      `${key}: metadata strategy: ${notAllowed}. A person who may start executions may choose: "model": ` +
        `"${formatModelAddress(object)}"`,
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

/**
 * A policy that was written a moment ago is not everywhere yet. Twice this and the rest are within the handler's 60 s.
 */
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

/**
 * Name of the execution that an object version starts under; of one that belongs to no endpoint, that of its record.
 */
export const uploadId = (
  { hash }: Pick<Adapters, 'hash'>,
  endpoint: string,
  { bucket, key, versionId, at }: CreatedObject,
): string => executionName({ endpoint, bucket, key, versionId: versionId ?? `at ${at ?? ''}` }, 1, hash);

/**
 * One rollout per object version, or a record and an announcement of why there is none. Done twice it does nothing
 * more.
 */
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
 * The current version of the key, where that is another one and will be rolled out, or was: which of two versions of a
 * key is the newer, S3 alone says. One that is refused, or asks for a dry run, takes no other's place.
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

/** Answers an upload that starts nothing: a record, its page, an announcement. */
export async function refuseUpload(
  ports: Pick<Adapters, 'clock' | 'documents' | 'records' | 'uploads'>,
  upload: { readonly endpoint: string; readonly id: string; readonly model: string },
  error: Error,
): Promise<'refused' | 'answered before'> {
  const at = isoTime(ports.clock.now());
  const record = {
    id: upload.id,
    endpoint: upload.endpoint,
    status: 'ended',
    startedAt: at,
    endedAt: at,
    model: upload.model,
    startedBy: 'upload',
    reason: '',
    outcome: 'rejected',
    error: error.name,
    cause: error.message,
    decidedBy: 'check',
  } as const;
  const report = await writeReport(ports, record);
  const ended = { ...record, report };
  const closed = await ports.records.closeRecord(ended, [uploadRefused(ports.clock, ended)]);
  await ports.uploads.noteUploadAnswer(upload.endpoint, upload.id, 'refused', at);
  return closed ? 'refused' : 'answered before';
}
