import { LambdaClient } from '@aws-sdk/client-lambda';
import { clientConfig } from './client-config';
import type { AdapterContext } from './context';

export const lambdaClient = (context: AdapterContext): LambdaClient =>
  context.client('lambda', () => new LambdaClient(clientConfig));
