import { CustomResource, Lazy, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { EndpointSettings } from '../lambdas/contract/endpoint-settings';
import { LIVE_ALIAS, PREVIEW_ALIAS } from '../lambdas/contract/names';
import { codeFingerprint } from './code-fingerprint';
import { DEPLOY_WAITS } from './handlers';
import type { IGreenlightControlPlane } from './plane-facts';
import { endpointConfig } from './settings/endpoint-config';

export interface Registered {
  readonly plane: IGreenlightControlPlane;
  readonly settings: EndpointSettings;
  readonly function: lambda.Function;
  /** Whether it counts its answers as the built-in model server does. */
  readonly builtIn: boolean;
}

/**
 * Registers an endpoint with its control plane: stores its settings, and creates its aliases. Created when they are
 * absent and never moved by CloudFormation: which version is live is the rollouts' business. An AWS::Lambda::Alias in
 * the template would be put back by every deploy that touches it, past the canary.
 */
export function register(scope: Construct, { plane, settings, function: served, builtIn }: Registered): CustomResource {
  const inUse = EndpointsInUse.of(scope, plane);
  inUse.serves(settings.name, served);
  const registered = new CustomResource(scope, 'LiveAlias', {
    resourceType: 'Custom::GreenlightLiveAlias',
    serviceToken: plane.registrationArn,
    serviceTimeout: DEPLOY_WAITS,
    properties: {
      FunctionName: served.functionName,
      AliasName: LIVE_ALIAS,
      // An app that was deployed before there were previews gets one: the property is new to it.
      PreviewAliasName: PREVIEW_ALIAS,
      Endpoint: settings.name,
      CodeFingerprint: codeFingerprint(served, settings),
      // `checkSettings` has made sure that it fits.
      Config: Stack.of(scope).toJsonString(endpointConfig(settings, served.functionName, builtIn, served.node.addr)),
      // A stack that is deleted with its control plane takes its rollouts along.
      WhileBusy: plane.neededByRollouts().length > 0 ? 'stop' : 'refuse',
    },
  });
  registered.node.addDependency(inUse, ...plane.neededByRollouts());
  return registered;
}

/**
 * A deploy that takes an endpoint away from its stack, or gives it another function, is refused while that is in use.
 * Asked before anything is deleted, since what CloudFormation deletes at the end of an update it deletes whatever that
 * answers. One of a stack, there for as long as the stack has endpoints.
 */
export class EndpointsInUse extends Construct {
  private readonly served = new Map<string, string>();

  static of(scope: Construct, plane: IGreenlightControlPlane): EndpointsInUse {
    const stack = Stack.of(scope);
    const id = `GreenlightEndpoints-${plane.name}`;
    return (stack.node.tryFindChild(id) as EndpointsInUse | undefined) ?? new EndpointsInUse(stack, id, plane);
  }

  private constructor(scope: Construct, id: string, plane: IGreenlightControlPlane) {
    super(scope, id);
    const check = new CustomResource(this, 'InUse', {
      resourceType: 'Custom::GreenlightEndpointsInUse',
      serviceToken: plane.registrationArn,
      serviceTimeout: DEPLOY_WAITS,
      properties: { Served: Lazy.any({ produce: () => Object.fromEntries(this.served) }) },
    });
    check.node.addDependency(...plane.neededByRollouts());
  }

  serves(endpoint: string, served: lambda.Function): void {
    this.served.set(endpoint, served.node.addr);
  }
}
