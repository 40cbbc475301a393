import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { heardAfter, type HeardEvent } from './events';
import type { Probe } from './probe';

const KEY = 'probe';

export const uploadEvents: Probe = {
  behaviour: 'upload-events',
  aws: 'An upload to a bucket with versioning is an event on EventBridge that names the version of the object.',
  source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html',
  has: async (setting) => {
    const s3 = new S3Client({ ...setting.config, forcePathStyle: true });
    const Bucket = setting.functionName;
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const NotificationConfiguration = { EventBridgeConfiguration: {} };
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    let VersionId: string | undefined;
    const upload = async (): Promise<void> => {
      ({ VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: KEY, Body: KEY })));
    };
    const event = await heardAfter(setting, 'aws.s3', upload, (each) => each.source === 'aws.s3');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: KEY, VersionId }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
    s3.destroy();
    return VersionId !== undefined && versionOf(event) === VersionId;
  },
};

const versionOf = (event: HeardEvent | undefined): unknown =>
  (event?.detail?.object as Readonly<Record<string, unknown>> | undefined)?.['version-id'];
