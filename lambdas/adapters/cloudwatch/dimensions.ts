import { LIVE_ALIAS, PREVIEW_ALIAS } from '../../contract/names';
import { METRIC_DIMENSIONS } from '../../contract/metric-names';

export const LAMBDA_NAMESPACE = 'AWS/Lambda';

type Dimensions = Readonly<Record<string, string>>;

/**
 * The only set under which Lambda keeps what one version did behind an alias. `Resource` is `function:alias`, not an ARN;
 * any other set, or one more dimension, is an empty series: https://github.com/aws/serverless-application-model/pull/656
 */
export const versionBehindAlias = (functionName: string, version: string): Dimensions => ({
  FunctionName: functionName,
  Resource: `${functionName}:${LIVE_ALIAS}`,
  ExecutedVersion: version,
});

/** The alias as a whole: the same numbers as the version's while the alias has no weights. */
export const wholeAlias = (functionName: string): Dimensions => ({
  FunctionName: functionName,
  Resource: `${functionName}:${LIVE_ALIAS}`,
});

/** Testers' calls, which are subtracted where all calls of a function are asked for. */
export const wholePreview = (functionName: string): Dimensions => ({
  FunctionName: functionName,
  Resource: `${functionName}:${PREVIEW_ALIAS}`,
});

/** What the built-in model server emits under. */
export const modelServerVersion = (endpoint: string, version: string): Dimensions => ({
  [METRIC_DIMENSIONS.endpoint]: endpoint,
  [METRIC_DIMENSIONS.version]: version,
});
