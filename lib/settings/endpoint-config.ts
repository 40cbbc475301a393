import type { EndpointConfig, EndpointSettings } from '../../lambdas/contract/endpoint-settings';

/**
 * Bytes, as JSON. An update of the live alias' custom resource carries the new settings and the old ones, each escaped
 * once more as text in JSON, to a function that takes 256 KB: 2 * 64 KB, half as much again for the quotes, is 192 KB.
 * What is read back fits the table's item (400 KB) and a state of the workflow (256 KB) four times.
 */
const LIMIT = 64 * 1024;
/** A Lambda function's name has 64 characters at most; CloudFormation chooses it at deploy time. */
const LONGEST_FUNCTION_NAME = 'x'.repeat(64);
/** Of a construct: 42 characters. */
const ADDRESS = 'c'.repeat(42);

/** What the steps read: the settings with all defaults, and the names that CloudFormation gave. */
export const endpointConfig = (
  settings: EndpointSettings,
  functionName: string,
  builtIn: boolean,
  servedBy: string,
): EndpointConfig => ({
  settings,
  functionName,
  builtIn,
  servedBy,
});

/** A problem when the settings are too large to be deployed. */
export function oversize(settings: EndpointSettings): readonly string[] {
  const bytes = Buffer.byteLength(JSON.stringify(endpointConfig(settings, LONGEST_FUNCTION_NAME, false, ADDRESS)));
  if (bytes <= LIMIT) return [];
  return [
    `all settings together take ${bytes} bytes, and a deploy carries ${LIMIT}: shorten classNames, vetoAlarms or the strategy's steps`,
  ];
}
