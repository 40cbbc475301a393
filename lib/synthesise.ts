import { App } from 'aws-cdk-lib';
import { context } from '../cdk.json';
import type { EndpointSettingsInput } from '../lambdas/contract/endpoint-settings';
import type { GreenlightProps } from './greenlight-props';
import { GreenlightStack } from './greenlight-stack';

/**
 * The template that `cdk synth` writes, without bundles: what the local engine runs and what tests look at. Needs no
 * account. The stack is named Greenlight, as in bin. Throws SettingsRefused.
 */
export function synthTemplate(
  endpoints: readonly EndpointSettingsInput[],
  props: Omit<GreenlightProps, 'endpoints'> = {},
): Record<string, unknown> {
  const app = new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    // Takes four seconds; `cdk synth` runs it.
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
  });
  const stack = new GreenlightStack(app, 'Greenlight', { ...props, endpoints });
  return app.synth().getStackByName(stack.stackName).template as Record<string, unknown>;
}
