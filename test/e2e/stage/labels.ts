import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { readFileSync } from 'node:fs';
import { REQUEST_ID_HEADER } from '../../../lambdas/contract/feedback';
import { inferRequest, parseDataSet } from '../../../lambdas/contract/golden-set';
import { inferResponse } from '../../../lambdas/contract/inference-protocol';
import { METRIC_DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../../lambdas/contract/metric-names';
import type { DeployedApp } from '../../../lab/deployed/deployed-app';
import type { DeployedEndpoint } from '../../../lab/deployed/endpoint';
import { example } from './paths';

/** What a user is told of one image, and the id under which a label can be sent. */
export async function predictionOf(endpoint: DeployedEndpoint) {
  const images = parseDataSet(readFileSync(example('golden.json'), 'utf8'));
  const body = JSON.stringify(inferRequest(images, 0));
  const answer = await endpoint.call({ method: 'POST', path: `/v2/models/${endpoint.name}/infer`, body });
  const { outputs } = inferResponse.parse(JSON.parse(answer.body));
  const predicted = outputs.find(({ name }) => name === 'label')?.data[0];
  return { requestId: String(answer.headers[REQUEST_ID_HEADER]), predicted, version: String(answer.version) };
}

/** Labels of a version in the last hour, as a person reads them in CloudWatch; undefined while there are none. */
export async function labelsOf({ clients }: DeployedApp, endpoint: string, version: string) {
  const query = (Id: string, Stat: string) => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: METRIC_NAMESPACE,
        MetricName: METRICS.rightAnswers,
        Dimensions: [
          { Name: METRIC_DIMENSIONS.endpoint, Value: endpoint },
          { Name: METRIC_DIMENSIONS.version, Value: version },
        ],
      },
      Period: 60,
      Stat,
    },
  });
  const now = Date.now();
  const { MetricDataResults = [] } = await clients.cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: [query('count', 'SampleCount'), query('right', 'Sum')],
      StartTime: new Date(now - 3_600_000),
      EndTime: new Date(now + 60_000),
    }),
  );
  const sum = (id: string) =>
    (MetricDataResults.find(({ Id }) => Id === id)?.Values ?? []).reduce((total, value) => total + value, 0);
  const count = sum('count');
  return count === 0 ? undefined : { count, accuracy: sum('right') / count };
}
