import { Aws, CfnCondition, Duration, Fn, Token } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { EndpointSettings } from '../../lambdas/contract/endpoint-settings';
import { type HookName, HOOKS } from '../../lambdas/contract/hooks';
import { SettingsRefused } from './settings-refused';

/**
 * A function of the app that is asked about each rollout of an endpoint; the guide on hooks says what it gets and
 * answers.
 */
export interface HookFunction {
  /** A version or an alias of it is one, too. */
  readonly function: lambda.IFunction;
  /**
   * How long a rollout waits for its answer: one second to ten minutes.
   * @default Duration.minutes(5)
   */
  readonly timeout?: Duration;
}

/** A function that is known by its name or ARN. */
export interface NamedHook {
  /** With a version or an alias of its own if it has one. */
  readonly function: string;
  /**
   * How long a rollout waits for its answer, seconds: 1 to 600.
   * @default 300
   */
  readonly timeoutSeconds?: number;
}

/** Functions that say whether a rollout may go on. Only `pass` leads on. */
export interface EndpointHooks {
  /**
   * Before green has any user.
   * @default - none
   */
  readonly beforeTraffic?: HookFunction | NamedHook;
  /**
   * Before green is promoted.
   * @default - none
   */
  readonly beforePromotion?: HookFunction | NamedHook;
  /**
   * When green was watched in full service.
   * @default - none
   */
  readonly afterPromotion?: HookFunction | NamedHook;
}
type NamedHooks = Readonly<Partial<Record<HookName, NamedHook>>>;
type FunctionsByHook = Readonly<Partial<Record<HookName, HookFunction>>>;

/** Those that the settings can hold, and those that are known by name only when they are deployed. */
export function sorted(hooks: EndpointHooks): { readonly named: NamedHooks; readonly functions: FunctionsByHook } {
  const of = (kind: 'string' | 'object') =>
    Object.fromEntries(
      Object.entries<HookFunction | NamedHook>({ ...hooks }).filter(([, hook]) => typeof hook.function === kind),
    );
  return { named: of('string'), functions: of('object') };
}

/** A hook is set in one place, so that nothing is taken for the other. Throws SettingsRefused. */
export function withHooks(settings: EndpointSettings, given: EndpointHooks = {}): EndpointSettings {
  const problems: string[] = [];
  const hooks = { ...settings.hooks };
  const { functions } = sorted(given);
  for (const hook of HOOKS) {
    if (given[hook] !== undefined && hooks[hook] !== undefined)
      problems.push(`${settings.name}: hooks.${hook} is set in the settings and in the options; set it once`);
    const { function: asked, timeout = Duration.minutes(5) } = functions[hook] ?? {};
    if (asked === undefined) continue;
    const timeoutSeconds = timeout.toSeconds({ integral: false });
    if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 1 || timeoutSeconds > 600)
      problems.push(`${settings.name}: hooks.${hook}.timeout is ${timeoutSeconds} s: must be whole seconds, 1 to 600`);
    hooks[hook] = { function: asked.functionArn, timeoutSeconds };
  }
  if (problems.length > 0) throw new SettingsRefused(problems);
  return { ...settings, hooks };
}

/**
 * Lets the handler call the hooks, in their own policies: its role would grow with each endpoint that has some. An ARN
 * may be of another account, whose people give the right themselves.
 */
export function allowHooks(scope: Construct, hooks: EndpointSettings['hooks'], caller: () => IRole): void {
  for (const hook of HOOKS) {
    const functionName = hooks[hook]?.function;
    if (functionName === undefined) continue;
    const permission = new lambda.CfnPermission(scope, `Allow-${hook}`, {
      action: 'lambda:InvokeFunction',
      functionName,
      principal: caller().roleArn,
    });
    const account = Token.isUnresolved(functionName) ? undefined : functionName.split(':')[4];
    if (account !== undefined)
      permission.cfnOptions.condition = new CfnCondition(scope, `Owns-${hook}`, {
        expression: Fn.conditionEquals(Aws.ACCOUNT_ID, account),
      });
  }
}
