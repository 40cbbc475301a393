import { S3Client } from '@aws-sdk/client-s3';
import { clientConfig } from './client-config';
import type { AdapterContext } from './context';
import { s3Addressing } from './s3-addressing';

export const s3Client = (context: AdapterContext): S3Client =>
  context.client('s3', () => new S3Client({ ...clientConfig, ...s3Addressing }));
