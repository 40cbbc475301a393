import { createHash } from 'node:crypto';
import { Lazy, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { EndpointSettings } from '../lambdas/contract/endpoint-settings';

/**
 * Changes when publishing the function would freeze something else, or when the endpoint's settings change: the live
 * alias' custom resource sees that and starts a rollout of the live model on the new code. Computed at the end of
 * synthesis, when a user's own function has got all its settings. Alarms tell people and change no
 * rollout; what hooks are asked is asked of the next one.
 */
export function codeFingerprint(endpointFunction: lambda.Function, settings: EndpointSettings): string {
  return Lazy.string({
    produce: () => {
      const frozen: unknown = Stack.of(endpointFunction).resolve(whatPublishingFreezes(endpointFunction));
      return createHash('sha256')
        .update(JSON.stringify({ frozen, settings: { ...settings, alarms: undefined, hooks: undefined } }))
        .digest('hex')
        .slice(0, 32);
    },
  });
}

function whatPublishingFreezes(endpointFunction: lambda.Function): unknown {
  const cfn = endpointFunction.node.defaultChild as lambda.CfnFunction;
  return [
    cfn.code,
    cfn.handler,
    cfn.runtime,
    cfn.architectures,
    cfn.memorySize,
    cfn.timeout,
    cfn.environment,
    cfn.ephemeralStorage,
    cfn.layers,
    cfn.loggingConfig,
    cfn.packageType,
    cfn.imageConfig,
    cfn.tracingConfig,
    cfn.vpcConfig,
    cfn.fileSystemConfigs,
    cfn.role,
  ];
}
