import { InvalidUpload, isRolloutError, UnknownEndpoint } from '../contract/errors';
import { inOneMessage, problems } from '../contract/problems';
import { quoted } from '../contract/quoted';
import { uploadEventSchema } from '../contract/upload-event';
import { executionName } from '../domain/execution-name';
import { formatModelAddress } from '../domain/model-address';
import { isoTime } from '../domain/minutes';
import type { Ports } from '../ports/ports';
import { NO_ENDPOINT } from './closing/end-without-promotion';
import { refuseUpload } from './uploads/refuse-upload';
import { startUpload } from './uploads/start-upload';
import type { UploadAnswer, UploadPorts } from './uploads/start-upload';
import { uploadInput } from './uploads/upload-input';
import { endpointOfKey } from './validation/find-endpoint';

/** Characters of an event that tell it from another. Events have at most 256 KB. */
const MAX_IDENTITY = 20_000;

type Needs = UploadPorts & Pick<Ports, 'documents' | 'hash' | 'models' | 'records' | 'settings'>;

/**
 * The trigger: one rollout per object version. A second event for the same one finds it answered; a bad upload gets a
 * record and a notice, never silence.
 */
export async function startRollout(ports: Needs, event: unknown): Promise<UploadAnswer> {
  const parsed = uploadEventSchema.safeParse(event);
  if (!parsed.success) {
    const cause = `the event is no S3 "Object Created" event: ${inOneMessage(problems(parsed.error, '', event))}`;
    const id = `event-${ports.hash(quoted(event, MAX_IDENTITY)).slice(0, 12)}`;
    return refuseUpload(ports, { endpoint: NO_ENDPOINT, id, model: 'unknown object' }, new InvalidUpload(cause));
  }
  const { bucket, object } = parsed.data.detail;
  const versionId = object['version-id'] === 'null' ? undefined : object['version-id'];
  const address = { bucket: bucket.name, key: object.key, ...(versionId !== undefined && { versionId }) };
  const named = endpointOfKey(object.key);
  const config = named === undefined ? undefined : await ports.settings.find(named);
  const endpoint = config?.settings.name ?? NO_ENDPOINT;
  const id = executionName(
    { endpoint, bucket: bucket.name, key: object.key, versionId: versionId ?? `at ${parsed.data.time ?? ''}` },
    1,
    ports.hash,
  );
  const upload = { endpoint, id, model: formatModelAddress(address) };
  if (await ports.uploads.isAnswered(endpoint, id)) return 'answered before';
  try {
    if (config === undefined) {
      const names = (await ports.settings.list()).map((one) => one.settings.name).join(', ');
      throw new UnknownEndpoint(
        `${object.key}: there is no endpoint "${named?.slice(0, 80) ?? ''}"; there are ${names || 'none'}`,
      );
    }
    if (bucket.name !== ports.models.bucket)
      throw new InvalidUpload(
        `${object.key}: the event is of bucket "${bucket.name}"; models are uploaded to ${ports.models.bucket}`,
      );
    if (versionId === undefined)
      throw new InvalidUpload(`${object.key}: the event has no version id; the bucket must be versioned`);
    const { input, uploadedAt } = await uploadInput(ports, config, { ...address, versionId });
    return await startUpload(
      ports,
      config,
      { endpoint, bucket: bucket.name, key: object.key, versionId, uploadedAt, executionName: id, input },
      isoTime(ports.clock.now()),
    );
  } catch (error) {
    if (isRolloutError(error)) return refuseUpload(ports, upload, error);
    throw error;
  }
}
