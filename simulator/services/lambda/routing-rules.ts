import { AwsError } from '../../service';
import { LATEST } from './function-record';
import { invalidValue } from './lambda-errors';

/** What the rules look at in a version. */
export interface RoutedVersion {
  readonly settings: { readonly role: string; readonly deadLetterTargetArn?: string };
  readonly state: string;
}

/**
 * Refuses what Lambda refuses: an alias points at one version, or at two published ones that are alike enough.
 * `versionOf` throws for a version that does not exist.
 */
export function checkRouting(
  versionOf: (version: string) => RoutedVersion,
  functionVersion: string,
  weights: Readonly<Record<string, number>>,
): void {
  const primary = versionOf(functionVersion);
  const additional = Object.entries(weights);
  if (additional.length > 1) {
    throw invalidValue('Number of items in AdditionalVersionWeights cannot be greater than 1');
  }
  for (const [version, weight] of additional) {
    if (functionVersion === LATEST || version === LATEST) {
      throw invalidValue('$LATEST is not supported for an alias pointing to more than 1 version');
    }
    if (typeof weight !== 'number' || !(weight >= 0 && weight <= 1)) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '{${version}=${weight}}' at 'routingConfig.additionalVersionWeights' ` +
          'failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or ' +
          'equal to 1.0, Member must have value greater than or equal to 0.0]',
      );
    }
    const second = versionOf(version);
    if (version === functionVersion) {
      throw invalidValue(
        `Invalid function version ${version}. Function version ${version} is already included in routing ` +
          'configuration.',
      );
    }
    if (second.settings.role !== primary.settings.role) {
      throw invalidValue('Specified versions must be associated with the same execution role');
    }
    if (second.settings.deadLetterTargetArn !== primary.settings.deadLetterTargetArn) {
      throw invalidValue('Specified versions must have the same dead-letter queue configuration');
    }
    // Weights on a version that was just published were seen to answer with an internal error (aws-sdk-js-v3 7254).
    if (second.state === 'Pending' || primary.state === 'Pending') {
      throw new AwsError('ServiceException', 'InternalError: a version of the routing configuration is Pending', 500);
    }
  }
}
