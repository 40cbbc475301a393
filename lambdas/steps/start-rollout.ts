import { NO_ENDPOINT } from '../contract/names';
import { type Made, ownClock } from '../adapters/sdk/context';
import { dynamodbUploads } from '../adapters/dynamodb/uploads';
import { dynamodbSettings } from '../adapters/dynamodb/settings';
import { dynamodbRecords } from '../adapters/dynamodb/records';
import { s3Models } from '../adapters/s3/models';
import { dynamodbLocks } from '../adapters/dynamodb/locks';
import { sha256Hex } from '../adapters/crypto';
import { sfnExecutions } from '../adapters/executions';
import { s3Documents } from '../adapters/s3/documents';
import { dynamodbAnnouncements } from '../adapters/dynamodb/outbox';
import { InvalidUpload } from '../contract/errors';
import { inOneMessage, problems, quoted } from '../contract/problems';
import { uploadEventSchema } from '../contract/upload-options';
import { answerUpload, refuseUpload } from './uploads/answer-upload';
import type { UploadAnswer } from './uploads/start-upload';

/** Characters of an event that tell it from another. Events have at most 256 KB. */
const MAX_IDENTITY = 20_000;

export const startRolloutNeeds = {
  announcements: dynamodbAnnouncements,
  clock: ownClock,
  documents: s3Documents,
  executions: sfnExecutions,
  hash: () => sha256Hex,
  locks: dynamodbLocks,
  models: s3Models,
  records: dynamodbRecords,
  settings: dynamodbSettings,
  uploads: dynamodbUploads,
};

/**
 * The trigger: one rollout per object version. A second event for the same one finds it answered; a bad upload gets a
 * record and a notice, never silence.
 */
export async function startRollout(ports: Made<typeof startRolloutNeeds>, event: unknown): Promise<UploadAnswer> {
  const parsed = uploadEventSchema.safeParse(event);
  if (!parsed.success) {
    const cause = `the event is no S3 "Object Created" event: ${inOneMessage(problems(parsed.error, '', event))}`;
    const id = `event-${ports.hash(quoted(event, MAX_IDENTITY)).slice(0, 12)}`;
    return refuseUpload(ports, { endpoint: NO_ENDPOINT, id, model: 'unknown object' }, new InvalidUpload(cause));
  }
  const { time: at, detail } = parsed.data;
  const { key, size, sequencer, 'version-id': versionId } = detail.object;
  if (isFolder(key, size)) return 'ignored';
  return answerUpload(ports, {
    bucket: detail.bucket.name,
    key,
    versionId: versionId === 'null' ? undefined : versionId,
    ...(sequencer !== undefined && { sequencer }),
    ...(at !== undefined && { at }),
  });
}

/** What consoles and Hadoop make of a folder: an empty object, which is no upload of anything. */
const isFolder = (key: string, size: number | undefined): boolean =>
  (key.endsWith('/') || key.endsWith('_$folder$')) && (size === undefined || size === 0);
