import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EvidenceSource } from '../ports/evidence-source';
import { clientConfig } from './client-config';
import { readBaseline } from './cloudwatch/baseline';
import { readMinutes } from './cloudwatch/minutes';
import type { AdapterContext } from './context';

/** Evidence from CloudWatch: GetMetricData with explicit dimensions, never a search, which lags behind new metrics. */
export const cloudwatchEvidence = (context: AdapterContext): EvidenceSource => {
  const client = context.client('cloudwatch', () => new CloudWatchClient(clientConfig));
  return { baseline: readBaseline(client), minutes: readMinutes(client) };
};
