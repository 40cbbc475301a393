import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import type { Probe } from './probe';
import { ALIAS } from './probe-function';
import { nameOfRefusal } from './refusal-name';

export const aliasRules: Probe = {
  behaviour: 'alias-rules',
  aws: 'UpdateAlias refuses a version that does not exist, and `$LATEST` beside another version.',
  source: 'https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html',
  has: async ({ lambda, functionName: FunctionName }) => {
    const to = (
      FunctionVersion: string,
      AdditionalVersionWeights: Record<string, number>,
    ): Promise<string | undefined> =>
      nameOfRefusal(
        lambda.send(
          new UpdateAliasCommand({
            FunctionName,
            Name: ALIAS,
            FunctionVersion,
            RoutingConfig: { AdditionalVersionWeights },
          }),
        ),
      );
    const refused = [await to('999', {}), await to('$LATEST', { 2: 0.5 })];
    return String(refused) === 'ResourceNotFoundException,InvalidParameterValueException';
  },
};
