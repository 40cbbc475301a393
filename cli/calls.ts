import { type EndpointAnswer, lambdaEndpointCalls } from '../lambdas/adapters/lambda/endpoint-calls';
import { DataSetInvalid } from '../lambdas/contract/data-request';
import type { EndpointConfig } from '../lambdas/contract/endpoint-settings';
import { type DataSet, GOLDEN_SET_LIMITS, inferRequest, parseDataSet } from '../lambdas/contract/golden-set';
import { LIVE_ALIAS, PREVIEW_ALIAS } from '../lambdas/contract/names';
import { OperationRefused } from '../lambdas/contract/operation-errors';
import { chooseEndpoint } from '../lambdas/steps/validation/find-endpoint';
import type { OperationNeeds } from '../lambdas/operations/needs';
import { namedFile } from '../tools/named-file';
import type { CliApp } from './app/cli-app';
import { FROM_GOLDEN } from './commands/common';
import { UsageError } from './failure';

/**
 * Sends requests as a caller of the alias does, with the credentials of the person: AWS's SDK signs them. They are
 * those of a file, or of the endpoint's golden set. @throws OperationRefused where there is no app to call, UsageError
 */
export async function callerOf(
  { ports, context, recording }: CliApp,
  endpoint: string | undefined,
  from: string,
  preview: boolean,
) {
  if (context === undefined)
    throw new OperationRefused('RecordingOnly', `${recording ?? 'a recording'} has no endpoint that answers`);
  const config = await chooseEndpoint(ports, endpoint);
  const { name } = config.settings;
  const requests = await requestsFrom(ports, config, from);
  const calls = lambdaEndpointCalls(context);
  const send = (row: number): Promise<EndpointAnswer> =>
    calls.callVersion(config.functionName, preview ? PREVIEW_ALIAS : LIVE_ALIAS, {
      method: 'POST',
      path: `/v2/models/${name}/infer`,
      body: inferRequest(requests, row),
    });
  return { name, requests, send };
}

/** Requests of a file, or of the endpoint's golden set. @throws UsageError */
async function requestsFrom(
  { models }: Pick<OperationNeeds, 'models'>,
  { settings }: EndpointConfig,
  from: string,
): Promise<DataSet> {
  const takes = 'requests in a .json or .jsonl file, as a golden set has them; or golden, the set of the endpoint';
  try {
    if (from !== FROM_GOLDEN) return parseDataSet(namedFile('--from', from, takes), { file: from });
    // Of a new endpoint the set may be there before models are held to it.
    const key = settings.goldenSet?.key ?? `golden/${settings.name}.json`;
    const found = await models.readBytes(key, GOLDEN_SET_LIMITS.maxBytes);
    if (typeof found === 'string')
      throw new UsageError(
        `--from golden: endpoint ${settings.name} has no golden set at ${key}; upload one there, or name a file ` +
          'of requests',
      );
    return parseDataSet(found.bytes, { file: key, ...GOLDEN_SET_LIMITS });
  } catch (error) {
    if (error instanceof DataSetInvalid) throw new UsageError(`--from ${from}: ${error.message}`);
    throw error;
  }
}
