import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ENV } from '../../contract/names';
import { present } from '../sdk/answers';
import { type AdapterContext, requiredVariable } from '../sdk/context';
import { s3Client } from './client';

/** A file on its way into the model bucket. */
export interface NewModel {
  readonly key: string;
  readonly sizeBytes: number;
  /** The file's bytes; read once. */
  readonly body: Uint8Array | NodeJS.ReadableStream;
  /** User metadata; the adapter encodes what S3 could not carry as it is. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where a person puts models. */
export interface ModelStore {
  readonly bucket: string;
  /** Answers the object's version id. */
  storeModel(model: NewModel): Promise<{ readonly versionId: string }>;
}

/** Uploads to the model bucket: one PutObject, at most 5 GB, above the 4 GB that an endpoint may accept. */
export const s3ModelStore = (context: AdapterContext): ModelStore => {
  const client = s3Client(context);
  const bucket = requiredVariable(context, ENV.bucket);
  return {
    bucket,
    storeModel: async ({ key, sizeBytes, body, metadata }) => {
      const { VersionId: versionId } = await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body as Uint8Array,
          ContentLength: sizeBytes,
          Metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, asHeader(value)])),
        }),
      );
      return { versionId: present(versionId, 'VersionId in PutObject') };
    },
  };
};

/** Metadata travels as headers, which hold ASCII alone; the trigger reads RFC 2047's encoded words. */
const asHeader = (value: string): string =>
  /^[\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value, 'utf8').toString('base64')}?=`;
