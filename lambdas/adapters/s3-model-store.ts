import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ENV } from '../contract/names';
import type { ModelStore } from '../ports/model-store';
import type { AdapterContext } from './context';
import { present } from './incomplete-answer';
import { requiredVariable } from './required-variable';
import { s3Client } from './s3-client';

/** Uploads to the model bucket: one PutObject, at most 5 GB, above the 4 GB that an endpoint may accept. */
export const s3ModelStore = (context: AdapterContext): ModelStore => {
  const client = s3Client(context);
  const bucket = requiredVariable(context, ENV.bucket);
  return {
    bucket,
    put: async ({ key, sizeBytes, body, metadata }) => {
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
