import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type KeptLabel, keptLabelSchema } from '../../contract/feedback';
import { httpStatusOf } from '../sdk/answers';
import { s3Addressing } from './client';

/** Where labels are kept: S3 on AWS, something nearer elsewhere. */
export interface LabelStore {
  /**
   * Keeps a label unless its request has one already, and answers what is kept then: the label itself, or the one that
   * was there before. Rejects with the store's own error when it cannot tell.
   */
  keepFirst(bucket: string, key: string, label: KeptLabel): Promise<KeptLabel>;
}

/** S3 answers 409 while another write of the same key is under way; the other ends within milliseconds. */
const MOST_CONFLICTS = 5;
const CONFLICT_PAUSE_MS = 100;

/**
 * Labels in S3, encrypted as the bucket is. Needs `s3:PutObject` and, to tell a retry from another label,
 * `s3:GetObject`. `If-None-Match: *` lets exactly one write of a key succeed, however many write it at the same time:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function s3LabelStore(
  makeClient: () => Pick<S3Client, 'send'> = () => new S3Client({ maxAttempts: 3, ...s3Addressing }),
  pause: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): LabelStore {
  // Made with the first label: an endpoint that gets none does not pay for it at each cold start.
  let made: Pick<S3Client, 'send'> | undefined;
  const client = () => (made ??= makeClient());

  async function putFirst(bucket: string, key: string, label: KeptLabel): Promise<'written' | 'exists'> {
    for (let conflicts = 0; ; conflicts += 1) {
      try {
        await client().send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: key,
            Body: JSON.stringify(label),
            ContentType: 'application/json',
            IfNoneMatch: '*',
          }),
        );
        return 'written';
      } catch (error) {
        const status = httpStatusOf(error);
        if (status === 412) return 'exists';
        if (status !== 409 || conflicts >= MOST_CONFLICTS) throw error;
        await pause(CONFLICT_PAUSE_MS);
      }
    }
  }

  return {
    keepFirst: async (bucket, key, label) => {
      if ((await putFirst(bucket, key, label)) === 'written') return label;
      const { Body } = await client().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const text = (await Body?.transformToString()) ?? '';
      return keptLabelSchema.parse(JSON.parse(text));
    },
  };
}
