import * as z from 'zod';
import { comparableSequencer, uploadOrder } from '../../domain/rollout';
import type { AdapterContext } from '../sdk/context';
import {
  ABSENT,
  type Condition,
  dynamodbTable,
  parsedItem,
  putOver,
  StoredItemContended,
  WRITE_ATTEMPTS,
} from './table';

/** An upload that may start a rollout. */
export interface Upload {
  readonly endpoint: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  /** ISO 8601: when S3 stored it; decides which of two waiting uploads is newer. */
  readonly uploadedAt: string;
  /** Hex, of the event that told of it; of two in one second it says which came later. Not every event has one. */
  readonly sequencer?: string;
  /** It asks for a dry run, which changes nothing: no model that is to go live gives way to it. */
  readonly dryRun?: boolean;
  /** Execution name that it starts under. */
  readonly executionName: string;
  /** Execution input, JSON. */
  readonly input: string;
}

/** Uploads already answered for, and the one that waits while a rollout runs. */
export interface WaitingUpload extends Upload {
  /** Those that lost their place to it, oldest first; some may not have been told. */
  readonly displaced: readonly Upload[];
}

/** The rollout of a deploy that waits: it stands in a line of its own, where no upload takes its place. */
export interface WaitingDeploy {
  readonly endpoint: string;
  /** Lambda's CodeSha256 of what was deployed. */
  readonly code: string;
  /** It is not live there yet, and waits for its wave. */
  readonly isNewCode: boolean;
  /** Execution name that it starts under. */
  readonly executionName: string;
  /** Execution input, JSON. */
  readonly input: string;
  /** When its turn came, the function had other code than was deployed. */
  readonly functionChanged?: boolean | undefined;
}

/** An upload whose rollout was started: nothing older is rolled out after it. */
export type StartedUpload = Pick<Upload, 'key' | 'versionId' | 'uploadedAt' | 'sequencer' | 'executionName'>;

/** What became of an upload: its rollout was started, or never will be. */
export type AnswerToUpload = 'started' | 'superseded' | 'refused';

export interface Uploads {
  /** True once `answer` was called for it. */
  isAnswered(endpoint: string, executionName: string): Promise<boolean>;
  /** What `answer` was called with; undefined as long as it is not answered. */
  readUploadAnswer(endpoint: string, executionName: string): Promise<AnswerToUpload | undefined>;
  noteUploadAnswer(endpoint: string, executionName: string, answer: AnswerToUpload, at: string): Promise<void>;
  readWaitingUpload(endpoint: string): Promise<WaitingUpload | undefined>;
  /**
   * Keeps the newer of the two, and one that is to go live rather than a dry run; says which lost their place, oldest
   * first, and does so again when it is called again, or for a still newer one: the function that noted the newer one
   * first may have broken off before it could tell of them.
   */
  waitInLine(upload: Upload): Promise<{ readonly waits: boolean; readonly superseded: readonly Upload[] }>;
  /** The newest upload, by when S3 stored it, whose rollout was started. */
  newestStartedUpload(endpoint: string): Promise<StartedUpload | undefined>;
  /** Notes that an upload's rollout starts, unless that of a newer one was. */
  noteStartedUpload(upload: Upload): Promise<void>;
  /** Removes it if it is still the one that waits. */
  stopWaiting(upload: Upload): Promise<boolean>;
  readWaitingDeploy(endpoint: string): Promise<WaitingDeploy | undefined>;
  /** In the place of an earlier deploy, whose code or settings it brings too; a later one is not to give way. */
  noteWaitingDeploy(deploy: WaitingDeploy, when?: 'if none waits'): Promise<void>;
  /** Nothing happens where another one waits by now. */
  noteFunctionChanged(deploy: WaitingDeploy, functionChanged: boolean): Promise<void>;
  /** Removes it if it is still the one that waits. */
  removeWaitingDeploy(deploy: WaitingDeploy): Promise<boolean>;
}

const WAITING = 'WAITING';
const WAITING_DEPLOY = 'WAITING#DEPLOY';
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
const deployItem = z.object({
  endpoint: z.string().min(1),
  code: z.string().min(1),
  isNewCode: z.boolean(),
  executionName: z.string().min(1),
  input: z.string(),
  functionChanged: z.boolean().optional(),
});
const startedItem = upload.pick({ key: true, versionId: true, uploadedAt: true, sequencer: true, executionName: true });

/** With the uploads whose place it took, itself or through one that had: noting it again reports them again. */
const uploadItem = upload.extend({ displaced: z.array(upload).default([]) });

/** Each takes about a kilobyte of an item's 400; those before them were told of long ago. */
const MOST_DISPLACED = 20;

/** Answered uploads, one item each, and the one that waits. */
export const dynamodbUploads = (context: AdapterContext): Uploads => {
  const table = dynamodbTable(context);
  const waiting = async (endpoint: string): Promise<WaitingUpload | undefined> => {
    return parsedItem(uploadItem, await table.getItem(endpoint, WAITING));
  };
  const answerItemOf = (endpoint: string, executionName: string) => table.getItem(endpoint, answered(executionName));
  return {
    readWaitingUpload: waiting,
    // Whatever else it says, by its key it was answered.
    isAnswered: async (endpoint, executionName) => (await answerItemOf(endpoint, executionName)) !== undefined,
    readUploadAnswer: async (endpoint, executionName) =>
      parsedItem(answerItem, await answerItemOf(endpoint, executionName))?.answer,
    noteUploadAnswer: async (endpoint, executionName, answer, at) => {
      await table.putItem(endpoint, answered(executionName), { answer, at });
    },
    waitInLine: async (upload) => {
      for (let attempt = 0; attempt < WRITE_ATTEMPTS; attempt += 1) {
        const other = await waiting(upload.endpoint);
        if (other?.executionName === upload.executionName) return { waits: true, superseded: other.displaced };
        if (other && !takesPlaceOf(upload, other)) return { waits: false, superseded: [upload] };
        const lost = other ? [itemOf(other)] : [];
        const displaced = [...(other?.displaced ?? []), ...lost].slice(-MOST_DISPLACED);
        const key = { endpoint: upload.endpoint, sort: WAITING, schema: uploadItem };
        if (await putOver(table, key, { ...itemOf(upload), displaced }, other ? stillWaits(other) : ABSENT))
          return { waits: true, superseded: displaced };
      }
      throw new StoredItemContended(
        `The waiting upload of endpoint ${upload.endpoint} changed ${WRITE_ATTEMPTS} times while ${upload.key} ` +
          'was being noted.',
      );
    },
    newestStartedUpload: async (endpoint) => {
      return parsedItem(startedItem, await table.getItem(endpoint, STARTED));
    },
    noteStartedUpload: async (started) => {
      const { key, versionId, uploadedAt, executionName, ...more } = itemOf(started);
      const sequencer = more.sequencer === undefined ? {} : { sequencer: comparableSequencer(more.sequencer) };
      const item = { key, versionId, uploadedAt, executionName, ...sequencer };
      await putOver(table, { endpoint: started.endpoint, sort: STARTED, schema: startedItem }, item, isNewest(item));
    },
    stopWaiting: async (upload) => table.removeItem(upload.endpoint, WAITING, stillWaits(upload)),
    readWaitingDeploy: async (endpoint) => parsedItem(deployItem, await table.getItem(endpoint, WAITING_DEPLOY)),
    noteWaitingDeploy: async (deploy, when) =>
      void (await table.putItem(deploy.endpoint, WAITING_DEPLOY, { ...deploy }, when && ABSENT)),
    noteFunctionChanged: async (deploy, functionChanged) =>
      void (await table.putItem(deploy.endpoint, WAITING_DEPLOY, { ...deploy, functionChanged }, stillWaits(deploy))),
    removeWaitingDeploy: async (deploy) => table.removeItem(deploy.endpoint, WAITING_DEPLOY, stillWaits(deploy)),
  };
};

/** Of two that are to go live the newer one; where that is not known, the one whose event came later. */
const takesPlaceOf = (upload: Upload, other: Upload): boolean =>
  upload.dryRun === other.dryRun ? uploadOrder(upload, other) >= 0 : upload.dryRun !== true;

/** Without keys that have no value, which DynamoDB would refuse. */
const itemOf = ({ endpoint, bucket, key, versionId, uploadedAt, executionName, input, ...more }: Upload) => ({
  ...{ endpoint, bucket, key, versionId, uploadedAt, executionName, input },
  ...(more.sequencer !== undefined && { sequencer: more.sequencer }),
  ...(more.dryRun === true && { dryRun: more.dryRun }),
});

/**
 * Times are ISO 8601 in UTC with milliseconds throughout, so that their text has their order; `uploadOrder` as a
 * condition.
 */
function isNewest({ uploadedAt, sequencer }: Pick<Upload, 'uploadedAt' | 'sequencer'>): Condition {
  const names = { ...ABSENT.names, '#uploadedAt': 'uploadedAt' };
  if (sequencer === undefined)
    return {
      expression: `${ABSENT.expression} OR #uploadedAt <= :uploadedAt`,
      names,
      values: { ':uploadedAt': uploadedAt },
    };
  return {
    expression:
      `${ABSENT.expression} OR #uploadedAt < :uploadedAt OR (#uploadedAt = :uploadedAt AND ` +
      '(attribute_not_exists(#sequencer) OR #sequencer <= :sequencer))',
    names: { ...names, '#sequencer': 'sequencer' },
    values: { ':uploadedAt': uploadedAt, ':sequencer': sequencer },
  };
}

const stillWaits = ({ executionName }: Pick<Upload, 'executionName'>): Condition => ({
  expression: '#executionName = :executionName',
  names: { '#executionName': 'executionName' },
  values: { ':executionName': executionName },
});
