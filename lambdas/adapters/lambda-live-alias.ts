import { type AliasConfiguration, GetAliasCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { LiveAliasMoved } from '../contract/errors';
import { LIVE_ALIAS } from '../contract/names';
import type { AliasState, AliasTarget, LiveAlias } from '../ports/live-alias';
import { httpStatusOf, isAwsError } from './aws-error';
import type { AdapterContext } from './context';
import { present } from './incomplete-answer';
import { lambdaClient } from './lambda-client';

const MAX_DESCRIPTION = 256;

/**
 * The live alias in Lambda. A write is one UpdateAlias with version, weights and RevisionId together; an empty map
 * clears the weights, where leaving the map out would keep them.
 * When an answer got lost and the SDK tried again, our own first attempt looks like somebody else's: whoever gets
 * `changed` reads the alias before concluding anything.
 */
export const lambdaLiveAlias = (context: AdapterContext): LiveAlias => {
  const client = lambdaClient(context);
  return {
    read: async (functionName) => {
      try {
        return stateOf(await client.send(new GetAliasCommand({ FunctionName: functionName, Name: LIVE_ALIAS })));
      } catch (error) {
        throw isAwsError(error, 'ResourceNotFoundException') ? gone(functionName) : error;
      }
    },
    write: async (functionName, target, revisionId, why) => {
      const command = new UpdateAliasCommand({
        FunctionName: functionName,
        Name: LIVE_ALIAS,
        FunctionVersion: target.version,
        RoutingConfig: { AdditionalVersionWeights: weightsOf(target) },
        Description: why.slice(0, MAX_DESCRIPTION),
        RevisionId: revisionId,
      });
      try {
        return stateOf(await client.send(command));
      } catch (error) {
        if (isAwsError(error, 'PreconditionFailedException') || httpStatusOf(error) === 412) return 'changed';
        throw isAwsError(error, 'ResourceNotFoundException') ? gone(functionName) : error;
      }
    },
  };
};

const gone = (functionName: string): LiveAliasMoved =>
  new LiveAliasMoved(
    `alias ${LIVE_ALIAS} of ${functionName} does not exist: somebody has deleted it, the function, or the version that a write names`,
  );

const weightsOf = ({ canary }: AliasTarget): Record<string, number> =>
  canary === undefined ? {} : { [canary.version]: canary.weight / 100 };

function stateOf(alias: AliasConfiguration): AliasState {
  const [canary] = Object.entries(alias.RoutingConfig?.AdditionalVersionWeights ?? {});
  return {
    version: present(alias.FunctionVersion, "the alias' FunctionVersion"),
    // Ours is whole, but 0.29 * 100 is 28.999…; a person may have set 10.4.
    ...(canary && { canary: { version: canary[0], weight: Number((canary[1] * 100).toFixed(4)) } }),
    revisionId: present(alias.RevisionId, "the alias' RevisionId"),
    ...(alias.Description && { description: alias.Description }),
  };
}
