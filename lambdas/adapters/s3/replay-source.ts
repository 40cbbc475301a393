import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { capturedDay } from '../../contract/captured-request';
import { ENV } from '../../contract/names';
import { isAwsError, present } from '../sdk/answers';
import { type AdapterContext, requiredVariable } from '../sdk/context';
import { s3Client } from './client';

export interface ListedCapture {
  readonly key: string;
  /** Of the content: the same for identical requests where the bucket is not encrypted with a key of one's own. */
  readonly tag: string;
  /** Milliseconds since 1970. */
  readonly capturedMs: number;
}

/** Where captured requests to replay are. */
export interface ReplaySource {
  /** Those of a UTC day; `day` in ms since 1970. */
  listCaptures(endpoint: string, day: number): Promise<readonly ListedCapture[]>;
  /** The text of one; undefined when it has expired since it was listed. */
  readCapture(key: string): Promise<string | undefined>;
}

/** Of one day: 20,000 keys. Keys are random within a day, so that the first ones are a fair sample of it. */
const MAX_PAGES = 20;

export const s3ReplaySource = (context: AdapterContext): ReplaySource => {
  const client = s3Client(context);
  const bucket = requiredVariable(context, ENV.bucket);
  return {
    listCaptures: async (endpoint, day) => {
      const found: ListedCapture[] = [];
      let token: string | undefined;
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const command: ListObjectsV2Command = new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: capturedDay(endpoint, day),
          ...(token !== undefined && { ContinuationToken: token }),
        });
        const { Contents: contents = [], NextContinuationToken: next } = await client.send(command);
        for (const { Key: key, ETag: tag, LastModified: modified } of contents)
          if (key !== undefined) found.push({ key, tag: tag ?? key, capturedMs: modified?.getTime() ?? day });
        if (next === undefined) break;
        token = next;
      }
      return found;
    },
    readCapture: async (key) => {
      try {
        const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await present(body, 'Body in GetObject').transformToString();
      } catch (error) {
        if (isAwsError(error, 'NoSuchKey')) return undefined;
        throw error;
      }
    },
  };
};
