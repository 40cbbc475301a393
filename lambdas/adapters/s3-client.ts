import { S3Client } from '@aws-sdk/client-s3';
import { clientConfig } from './client-config';
import type { AdapterContext } from './context';

export const s3Client = (context: AdapterContext): S3Client => context.client('s3', () => new S3Client(clientConfig));
