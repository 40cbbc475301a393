import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ENV, ROLLOUTS_PREFIX } from '../contract/names';
import type { Documents } from '../ports/documents';
import type { AdapterContext } from './context';
import { requiredVariable } from './required-variable';
import { s3Client } from './s3-client';

/** Documents beside the models, in the same bucket; the prefix starts no rollout. */
export const s3Documents = (context: AdapterContext): Documents => {
  const client = s3Client(context);
  const bucket = requiredVariable(context, ENV.bucket);
  return {
    write: async (endpoint, rolloutId, name, content, contentType) => {
      const key = `${ROLLOUTS_PREFIX}${endpoint}/${rolloutId}/${name}`;
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: contentType }));
      return `s3://${bucket}/${key}`;
    },
  };
};
