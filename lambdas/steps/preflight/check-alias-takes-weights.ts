import { PreflightFailed } from '../../contract/errors';
import { LIVE_ALIAS } from '../../contract/names';
import type { RolloutState } from '../../contract/rollout-state';
import type { Adapters } from '../../adapters/adapters';
import { findLive } from '../rollout/model-environment';
import { checkBlueFits } from '../validation/check-blue-fits';

/**
 * Lambda gives an alias weights only for two versions of one role and one dead-letter queue, and never while the alias
 * itself has provisioned concurrency: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 * Validation looked at what was to be published; this looks at what was.
 */
export async function checkAliasTakesWeights(
  { versions }: Pick<Adapters, 'versions'>,
  state: RolloutState,
): Promise<void> {
  const { functionName } = state.config;
  await checkBlueFits({ versions }, state, await findLive({ versions }, functionName, state.blue.version));
  const onAlias = await versions.readProvisionedOnLive(functionName);
  if (onAlias === undefined) return;
  throw new PreflightFailed(
    `the alias "${LIVE_ALIAS}" of ${functionName} has provisioned concurrency of its own (${onAlias.status}), so Lambda lets it have no weights. Take it away (aws lambda delete-provisioned-concurrency-config --function-name ${functionName} --qualifier ${LIVE_ALIAS}) and set "provisionedConcurrency" of the endpoint, which goes to versions; or roll out with "strategy": "AllAtOnce"`,
  );
}
