import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { EndpointSettings } from '../../lambdas/contract/endpoint-settings';
import { type HookName, HOOKS } from '../../lambdas/contract/hooks';
import { SettingsRefused } from './settings-refused';

/** A function that is asked about each rollout of an endpoint; the guide on hooks says what it gets and answers. */
interface HookFunction {
  readonly function: lambda.IFunction;
  /** How long a rollout waits for its answer: one second to ten minutes. @default 5 minutes */
  readonly timeout?: Duration;
}

export type EndpointHooks = Readonly<Partial<Record<HookName, HookFunction>>>;

/** A hook is set in one place, so that nothing is taken for the other. Throws SettingsRefused. */
export function withHooks(settings: EndpointSettings, given: EndpointHooks = {}): EndpointSettings {
  const problems: string[] = [];
  const hooks = { ...settings.hooks };
  for (const hook of HOOKS) {
    const { function: asked, timeout = Duration.minutes(5) } = given[hook] ?? {};
    if (asked === undefined) continue;
    if (hooks[hook] !== undefined)
      problems.push(`${settings.name}: hooks.${hook} is set in the settings and in the options; set it once`);
    const timeoutSeconds = timeout.toSeconds({ integral: false });
    if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 1 || timeoutSeconds > 600)
      problems.push(`${settings.name}: hooks.${hook}.timeout is ${timeoutSeconds} s: must be whole seconds, 1 to 600`);
    hooks[hook] = { function: asked.functionArn, timeoutSeconds };
  }
  if (problems.length > 0) throw new SettingsRefused(problems);
  return { ...settings, hooks };
}
