import { App, Stack } from 'aws-cdk-lib';
import { context } from '../cdk.json';
import type { EndpointSettingsInput } from '../lambdas/contract/endpoint-settings';
import type { GreenlightProps } from './greenlight-props';
import { GreenlightStack } from './greenlight-stack';

/** An app with the flags of `cdk.json`, whose synthesis makes no bundles and needs no account. */
export const appWithoutBundles = (): App =>
  new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    // Takes four seconds; `cdk synth` runs it.
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
  });

/** The template of one stack in such an app, by what is made in it. */
export function stackTemplate(name: string, make: (stack: Stack) => void): Record<string, unknown> {
  const app = appWithoutBundles();
  make(new Stack(app, name));
  return app.synth().getStackByName(name).template as Record<string, unknown>;
}

/**
 * The template that `cdk synth` writes, without bundles: what the local engine runs and what tests look at. The stack
 * is named Greenlight, as in bin. Throws SettingsRefused.
 */
export function synthTemplate(
  endpoints: readonly EndpointSettingsInput[],
  props: Omit<GreenlightProps, 'endpoints'> = {},
): Record<string, unknown> {
  const app = appWithoutBundles();
  const stack = new GreenlightStack(app, 'Greenlight', { ...props, endpoints });
  return app.synth().getStackByName(stack.stackName).template as Record<string, unknown>;
}
