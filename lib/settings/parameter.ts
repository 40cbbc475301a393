import type { EndpointConfig, EndpointSettings } from '../../lambdas/contract/endpoint-settings';

/** What a standard SSM parameter holds, in characters; all of ours are ASCII unless a class name is not. */
const PARAMETER_LIMIT = 4096;
/** A Lambda function's name has 64 characters at most; CloudFormation chooses it at deploy time. */
const LONGEST_FUNCTION_NAME = 'x'.repeat(64);

/** What the steps read: the settings with all defaults, and the names that CloudFormation gave. */
export const parameterValue = (settings: EndpointSettings, functionName: string, builtIn: boolean): EndpointConfig => ({
  settings,
  functionName,
  builtIn,
});

/** A problem when the settings do not fit into the endpoint's parameter. */
export function oversize(settings: EndpointSettings): readonly string[] {
  const length = Buffer.byteLength(JSON.stringify(parameterValue(settings, LONGEST_FUNCTION_NAME, false)));
  if (length <= PARAMETER_LIMIT) return [];
  return [
    `all settings together take ${length} bytes, and a parameter holds ${PARAMETER_LIMIT}: shorten classNames, vetoAlarms or the strategy's steps`,
  ];
}
