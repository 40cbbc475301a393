import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  ListProvisionedConcurrencyConfigsCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { strToU8 } from 'fflate';
import type { Upstream } from '../upstream';
import { aliasRules } from './alias-rules';
import { aliasWeights } from './alias-weights';
import { errorNames } from './error-names';
import { executionEvents } from './execution-events';
import { logMetrics } from './log-metrics';
import { lastMinutes } from './metric-data';
import type { Behaviour, Probe } from './probe';
import { setProbes, ALIAS, type ProbeAnswer, SECOND } from './probe-function';
import { nameOfRefusal } from './refusal-name';
import { revisionIds } from './revision-ids';
import { uploadEvents } from './upload-events';

const versionMetrics: Probe = {
  behaviour: 'version-metrics',
  aws:
    'Invocations of an alias are counted per version that ran: dimensions FunctionName, Resource (`name:alias`) ' +
    'and ExecutedVersion.',
  source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html',
  has: async (setting) => {
    const { functionName, invoke } = setting;
    const { executedVersion = '' } = await invoke({}, ALIAS);
    const dimensions = {
      FunctionName: functionName,
      Resource: `${functionName}:${ALIAS}`,
      ExecutedVersion: executedVersion,
    };
    const [sum] = await lastMinutes(setting, { namespace: 'AWS/Lambda', metric: 'Invocations', dimensions }, 'Sum');
    return sum !== undefined && sum > 0;
  },
};

const unchangedPublish: Probe = {
  behaviour: 'unchanged-publish',
  aws:
    'PublishVersion answers the last version when configuration and code are the same as then, also after an ' +
    'update that changed nothing.',
  source: 'https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html',
  has: async ({ lambda: client, functionName: FunctionName }) => {
    const first = await client.send(new PublishVersionCommand({ FunctionName }));
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: SECOND }));
    await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { FunctionName });
    const second = await client.send(new PublishVersionCommand({ FunctionName }));
    return first.Version === '2' && second.Version === '2';
  },
};

const METRIC = { namespace: 'GatewayProbe', metric: 'Statistics' };

const statistics: Probe = {
  behaviour: 'statistics',
  aws:
    'GetMetricData answers percentiles, `PR(a:b)` (lower bound exclusive, upper inclusive) and trimmed counts ' +
    '`TC(a:b)`.',
  source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html',
  has: async (setting) => {
    const dimensions = { Probe: setting.functionName };
    // Of 1, 2, 3 and 4 only 2 and 3 are above 1 and not above 3.
    const datum = { Dimensions: [{ Name: 'Probe', Value: setting.functionName }], Values: [1, 2, 3, 4] };
    const MetricData = [{ MetricName: METRIC.metric, Timestamp: new Date(), ...datum }];
    await setting.cloudwatch.send(new PutMetricDataCommand({ Namespace: METRIC.namespace, MetricData }));
    const found = await lastMinutes(setting, { ...METRIC, dimensions }, 'PR(1:3)', 'TC(1:3)', 'Sum');
    return String(found) === '50,2,10';
  },
};

const STALE = '00000000-0000-4000-a000-000000000000';

const publishConditions: Probe = {
  behaviour: 'publish-conditions',
  aws: 'PublishVersion with a RevisionId or a CodeSha256 that is not that of `$LATEST` is refused.',
  source: 'https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html',
  has: async ({ lambda, functionName: FunctionName }) => {
    const byRevision = lambda.send(new PublishVersionCommand({ FunctionName, RevisionId: STALE }));
    const byCode = lambda.send(new PublishVersionCommand({ FunctionName, CodeSha256: STALE }));
    const refused = [await nameOfRefusal(byRevision), await nameOfRefusal(byCode)];
    return String(refused) === 'PreconditionFailedException,InvalidParameterValueException';
  },
};

const provisionedList: Probe = {
  behaviour: 'provisioned-list',
  aws: 'ListProvisionedConcurrencyConfigs answers an empty list for a function without any.',
  source: 'https://docs.aws.amazon.com/lambda/latest/api/API_ListProvisionedConcurrencyConfigs.html',
  has: async ({ lambda, functionName: FunctionName }) => {
    const { ProvisionedConcurrencyConfigs: found } = await lambda.send(
      new ListProvisionedConcurrencyConfigsCommand({ FunctionName }),
    );
    return found?.length === 0;
  },
};

const functionUrlAlias: Probe = {
  behaviour: 'function-url-alias',
  aws: 'A function that is called through the URL of an alias sees the ARN of the alias in `invokedFunctionArn`.',
  source: 'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html',
  has: async ({ upstream, functionUrl }) => {
    const headers = { host: new URL(functionUrl).host };
    const answer = await upstream.send({ method: 'GET', target: '/', headers, body: Buffer.from(strToU8('')) });
    return (JSON.parse(answer.body.toString()) as ProbeAnswer).arn?.endsWith(`:${ALIAS}`) ?? false;
  },
};

export const PROBES: readonly Probe[] = [
  aliasWeights,
  versionMetrics,
  statistics,
  logMetrics,
  functionUrlAlias,
  errorNames,
  uploadEvents,
  executionEvents,
  revisionIds,
  publishConditions,
  unchangedPublish,
  aliasRules,
  provisionedList,
];

/** Asks the emulator for every behaviour, one after the other, and answers those that it lacks. */
export async function lackingIn(upstream: Upstream, probes: readonly Probe[] = PROBES): Promise<readonly Behaviour[]> {
  const setting = await setProbes(upstream);
  try {
    const lacking: Behaviour[] = [];
    for (const probe of probes) {
      const has = await probe.has(setting).catch(() => false);
      if (!has) lacking.push(probe.behaviour);
    }
    return lacking;
  } finally {
    await setting.clear();
  }
}
