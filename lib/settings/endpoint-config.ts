import type { EndpointConfig, EndpointSettings } from '../../lambdas/contract/endpoint-settings';
import { ModelServerEnvInvalid, modelServerVariables } from '../../lambdas/contract/model-server-env';

/**
 * Bytes, as JSON. An update of the live alias' custom resource carries the new settings and the old ones, each escaped
 * once more as text in JSON, to a function that takes 256 KB: 2 * 80 KB, half as much again for the quotes, is 240 KB.
 * A thousand class names of 64 letters are 67 KB. What is read back fits the table's item (400 KB) and a state of the
 * workflow (256 KB) beside the minutes and classes that a look keeps there.
 */
const LIMIT = 80 * 1024;
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

/** A problem when the settings are too large to be deployed, or for the environment of a version. */
export const oversize = (settings: EndpointSettings): readonly string[] => [
  ...oversizeItem(settings),
  ...oversizeEnvironment(settings),
];

/** Of an S3 key; it may have 1,024 bytes, and in practice has fewer. */
const LONG_KEY = 'k'.repeat(512);
/** What a rollout will write, measured before one fails of it. */
function oversizeEnvironment(settings: EndpointSettings): readonly string[] {
  try {
    modelServerVariables({
      endpoint: settings.name,
      model: { bucket: 'b'.repeat(63), key: LONG_KEY, versionId: 'v'.repeat(64), sha256: '0'.repeat(64) },
      modelName: settings.name,
      predictionOutput: settings.predictionOutput,
      task: 'classification',
      // As many as fit are written.
      labels: undefined,
      measures: settings.measures,
      classNames: settings.classNames,
      maxModelMegabytes: settings.maxModelMB,
      threads: 64,
      captureRate: settings.captureSampleRate,
      feedbackDays: settings.feedback === false ? 0 : settings.feedback.keepDays,
      nonFinite: settings.nonFinite,
      requestKey: 'r'.repeat(64),
      drill: settings.drill ? 'd'.repeat(80) : undefined,
    });
    return [];
  } catch (error) {
    if (error instanceof ModelServerEnvInvalid) return [error.message];
    throw error;
  }
}

function oversizeItem(settings: EndpointSettings): readonly string[] {
  const bytes = Buffer.byteLength(JSON.stringify(endpointConfig(settings, LONGEST_FUNCTION_NAME, false, ADDRESS)));
  if (bytes <= LIMIT) return [];
  return [
    `all settings together take ${bytes} bytes, and a deploy carries ${LIMIT}: shorten classNames, vetoAlarms or ` +
      "the strategy's steps",
  ];
}
