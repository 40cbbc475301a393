import { AwsError } from '../../service';

/**
 * What a FunctionName member may hold: a name, `name:qualifier`, a partial or a whole ARN with or without qualifier.
 */
const PATTERN =
  /^(?:arn:aws[a-z-]*:lambda:)?(?:[a-z]{2}(?:-[a-z]+)+-\d:)?(?:\d{12}:)?(?:function:)?([\w-]+)(?::(\$LATEST|[\w-]+))?$/;

export interface FunctionReference {
  readonly name: string;
  readonly qualifier?: string;
}

/** Reads FunctionName and Qualifier. Both may name a qualifier as long as they agree. */
export function parseFunctionName(functionName: string | undefined, qualifier?: string): FunctionReference {
  const match = PATTERN.exec(functionName ?? '');
  if (!match) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${functionName}' at 'functionName' failed to satisfy constraint: ` +
        'Member must satisfy regular expression pattern',
    );
  }
  const [, name, own] = match;
  if (own !== undefined && qualifier !== undefined && own !== qualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return { name: name!, qualifier: own ?? qualifier };
}
