import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ENV, ROLLOUTS_PREFIX } from '../../contract/names';
import { present } from '../sdk/answers';
import { type AdapterContext, requiredVariable } from '../sdk/context';
import { bytesOf, s3Client } from './client';

/** Documents of a rollout: evidence, record, report. Kept beside the models, under rollouts/<endpoint>/<id>/. */
export interface Documents {
  /** Answers the document's s3:// address. */
  writeDocument(
    endpoint: string,
    rolloutId: string,
    name: string,
    content: string,
    contentType: string,
  ): Promise<string>;
  /**
   * Writes one that other runs of a step may write too: over what this run wrote before, and nothing else.
   *
   * @param over the answer of this run's last write; undefined for its first
   * @returns what tells this version of the document from others (its ETag)
   * @throws DocumentContended where another run has written since; a retry begins anew
   */
  writeOver(
    endpoint: string,
    rolloutId: string,
    name: string,
    content: string,
    contentType: string,
    over: string | undefined,
  ): Promise<string>;
  /** A document's text. Throws when there is none, when it is larger than `maxBytes`, or when it takes too long. */
  readDocument(endpoint: string, rolloutId: string, name: string, maxBytes: number): Promise<string>;
}

/** It says otherwise, is written at this moment, or was deleted. */
const CONTENDED: readonly string[] = ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'];

/** A document that does not come sooner is not waited for: its reader closes a rollout, and has 60 s for all of it. */
const READ_WITHIN_MS = 5_000;

/** Documents beside the models, in the same bucket; the prefix starts no rollout. */
export const s3Documents = (context: AdapterContext): Documents => {
  const client = s3Client(context);
  const bucket = requiredVariable(context, ENV.bucket);
  const keyOf = (endpoint: string, rolloutId: string, name: string) =>
    `${ROLLOUTS_PREFIX}${endpoint}/${rolloutId}/${name}`;
  const put = (key: string, content: string, contentType: string, over?: string) =>
    client.send(
      new PutObjectCommand({
        ...{ Bucket: bucket, Key: key, Body: content, ContentType: contentType },
        ...(over !== undefined && { IfMatch: over }),
      }),
    );
  return {
    writeDocument: async (endpoint, rolloutId, name, content, contentType) => {
      const key = keyOf(endpoint, rolloutId, name);
      await put(key, content, contentType);
      return `s3://${bucket}/${key}`;
    },
    writeOver: async (endpoint, rolloutId, name, content, contentType, over) => {
      const key = keyOf(endpoint, rolloutId, name);
      const written = await put(key, content, contentType, over).catch((error: unknown) => {
        if (!(error instanceof Error) || !CONTENDED.includes(error.name)) throw error;
        throw new DocumentContended(`s3://${bucket}/${key} was written by another run of this step, or deleted`, {
          cause: error,
        });
      });
      return present(written.ETag, 'ETag in PutObject');
    },
    readDocument: async (endpoint, rolloutId, name, maxBytes) => {
      const command = new GetObjectCommand({ Bucket: bucket, Key: keyOf(endpoint, rolloutId, name) });
      const answer = await client.send(command, { abortSignal: AbortSignal.timeout(READ_WITHIN_MS) });
      const found = await bytesOf(present(answer.Body, 'Body in GetObject') as AsyncIterable<Uint8Array>, maxBytes);
      if (found === 'too-large') throw new DocumentTooLarge(`${name} has more than ${maxBytes} bytes`);
      return found.bytes.toString('utf8');
    },
  };
};

/** A document is larger than its reader can use. */
export class DocumentTooLarge extends Error {
  override readonly name = 'DocumentTooLarge';
}

/** Another run of the step has written a document since this one began: the later run decides. */
export class DocumentContended extends Error {
  override readonly name = 'DocumentContended';
}
