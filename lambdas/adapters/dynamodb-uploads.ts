import * as z from 'zod';
import { comparableSequencer, uploadOrder } from '../domain/upload-order';
import type { AnswerToUpload, Upload, Uploads, WaitingUpload } from '../ports/uploads';
import type { AdapterContext } from './context';
import { parseItem, StoredItemContended, WRITE_ATTEMPTS } from './dynamodb/stored-item';
import { ABSENT, type Condition, dynamodbTable } from './dynamodb/table';

const WAITING = 'WAITING';
const STARTED = 'STARTED';
const answered = (executionName: string) => `UPLOAD#${executionName}`;

const answerItem = z.object({ answer: z.enum(['started', 'superseded', 'refused']), at: z.iso.datetime() });
const upload = z.object({
  endpoint: z.string().min(1),
  bucket: z.string().min(1),
  key: z.string().min(1),
  versionId: z.string().min(1),
  uploadedAt: z.iso.datetime(),
  sequencer: z.string().min(1).optional(),
  dryRun: z.literal(true).optional(),
  executionName: z.string().min(1),
  input: z.string(),
});
const startedItem = upload.pick({ key: true, versionId: true, uploadedAt: true, sequencer: true, executionName: true });

/** With the uploads whose place it took, itself or through one that had: whoever notes it again hears of them. */
const uploadItem = upload.extend({ displaced: z.array(upload).default([]) });

/** Each takes about a kilobyte of an item's 400; those before them were told of long ago. */
const MOST_DISPLACED = 20;

/** Answered uploads, one item each, and the one that waits. */
export const dynamodbUploads = (context: AdapterContext): Uploads => {
  const table = dynamodbTable(context);
  const waiting = async (endpoint: string): Promise<WaitingUpload | undefined> => {
    const item = await table.get(endpoint, WAITING);
    return item && parseItem(uploadItem, item, endpoint, WAITING);
  };
  const answerTo = async (endpoint: string, executionName: string): Promise<AnswerToUpload | undefined> => {
    const sort = answered(executionName);
    const item = await table.get(endpoint, sort);
    return item && parseItem(answerItem, item, endpoint, sort).answer;
  };
  return {
    waiting,
    isAnswered: async (endpoint, executionName) => (await answerTo(endpoint, executionName)) !== undefined,
    answerTo,
    answer: async (endpoint, executionName, answer, at) => {
      await table.put(endpoint, answered(executionName), { answer, at });
    },
    wait: async (upload) => {
      for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt += 1) {
        const other = await waiting(upload.endpoint);
        if (other?.executionName === upload.executionName) return { waits: true, superseded: other.displaced };
        if (other && !takesPlaceOf(upload, other)) return { waits: false, superseded: [upload] };
        const condition = other ? stillWaits(other) : ABSENT;
        const displaced = other ? [...other.displaced, itemOf(other)].slice(-MOST_DISPLACED) : [];
        if (await table.put(upload.endpoint, WAITING, { ...itemOf(upload), displaced }, condition))
          return { waits: true, superseded: displaced };
      }
      throw new StoredItemContended(
        `The waiting upload of endpoint ${upload.endpoint} changed ${WRITE_ATTEMPTS} times while ${upload.key} was being noted.`,
      );
    },
    newestStarted: async (endpoint) => {
      const item = await table.get(endpoint, STARTED);
      return item && parseItem(startedItem, item, endpoint, STARTED);
    },
    noteStarted: async (started) => {
      const { key, versionId, uploadedAt, executionName, ...more } = itemOf(started);
      const sequencer = more.sequencer === undefined ? {} : { sequencer: comparableSequencer(more.sequencer) };
      const item = { key, versionId, uploadedAt, executionName, ...sequencer };
      await table.put(started.endpoint, STARTED, item, isNewest(item));
    },
    stopWaiting: async (upload) => table.remove(upload.endpoint, WAITING, stillWaits(upload)),
  };
};

/** Of two that are to go live the newer one; where nobody can tell, the one whose event came later. */
const takesPlaceOf = (upload: Upload, other: Upload): boolean =>
  upload.dryRun === other.dryRun ? uploadOrder(upload, other) >= 0 : upload.dryRun !== true;

/** Without keys that have no value, which DynamoDB would refuse. */
const itemOf = ({ endpoint, bucket, key, versionId, uploadedAt, sequencer, dryRun, executionName, input }: Upload) => ({
  endpoint,
  bucket,
  key,
  versionId,
  uploadedAt,
  ...(sequencer !== undefined && { sequencer }),
  ...(dryRun === true && { dryRun }),
  executionName,
  input,
});

/** Times are ISO 8601 in UTC with milliseconds throughout, so that their text has their order; `uploadOrder` as a condition. */
function isNewest({ uploadedAt, sequencer }: Pick<Upload, 'uploadedAt' | 'sequencer'>): Condition {
  const names = { ...ABSENT.names, '#uploadedAt': 'uploadedAt' };
  if (sequencer === undefined)
    return {
      expression: `${ABSENT.expression} OR #uploadedAt <= :uploadedAt`,
      names,
      values: { ':uploadedAt': uploadedAt },
    };
  return {
    expression: `${ABSENT.expression} OR #uploadedAt < :uploadedAt OR (#uploadedAt = :uploadedAt AND (attribute_not_exists(#sequencer) OR #sequencer <= :sequencer))`,
    names: { ...names, '#sequencer': 'sequencer' },
    values: { ':uploadedAt': uploadedAt, ':sequencer': sequencer },
  };
}

const stillWaits = (upload: Upload): Condition => ({
  expression: '#executionName = :executionName',
  names: { '#executionName': 'executionName' },
  values: { ':executionName': upload.executionName },
});
