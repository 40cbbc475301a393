import { DeploymentFailed, type Deployed, type Template } from '../template';

/** Resolves a value of the template. `undefined` means AWS::NoValue: the property is left out. */
export type Resolve = (value: unknown) => unknown;

export interface ResolveContext {
  readonly template: Template;
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What Parameter Store has under a name. */
  readonly stored: (name: string) => string | undefined;
  readonly deployed: (logicalId: string) => Deployed | undefined;
}

/** Resolves intrinsic functions to values. Fn::ImportValue and transforms are refused by name. */
export function resolver(context: ResolveContext): Resolve {
  const stackId = `arn:aws:cloudformation:${context.region}:${context.account}:stack/${context.stackName}/embedded`;
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': context.account,
    'AWS::Region': context.region,
    'AWS::Partition': 'aws',
    'AWS::StackName': context.stackName,
    'AWS::StackId': stackId,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::NotificationARNs': [],
    'AWS::NoValue': undefined,
  };

  const ref = (name: string): unknown => {
    if (name in pseudo) return pseudo[name];
    const parameter = context.template.Parameters?.[name];
    if (parameter?.Type.startsWith('AWS::SSM::Parameter::Value')) return stored(String(parameter.Default));
    if (parameter) return context.parameters[name] ?? parameter.Default ?? '';
    return found(name).ref;
  };
  const stored = (name: string): string => {
    const value = context.stored(name);
    if (value === undefined)
      throw new DeploymentFailed(`Unable to fetch parameters [${name}] from parameter store for this account.`);
    return value;
  };
  const found = (name: string): Deployed => {
    const deployed = context.deployed(name);
    if (!deployed) throw new DeploymentFailed(`the template refers to ${name}, which is not deployed`);
    return deployed;
  };
  const attribute = (name: string, path: string): unknown => {
    const { attributes } = found(name);
    if (path in attributes) return attributes[path];
    throw new DeploymentFailed(`${name} has no attribute ${path} in the embedded engine`);
  };
  const sub = (argument: unknown): string => {
    const [text, variables] = Array.isArray(argument)
      ? (argument as [string, Record<string, unknown>])
      : [argument, {}];
    return String(text).replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal) return whole.replace('!', '');
      if (Object.hasOwn(variables, name)) return String(resolve((variables as Record<string, unknown>)[name]));
      const [id, ...path] = name.split('.');
      return String(path.length > 0 ? attribute(id!, path.join('.')) : ref(name));
    });
  };
  const list = (argument: unknown): unknown[] => resolve(argument) as unknown[];
  const condition = (name: string): boolean => Boolean(resolve(context.template.Conditions?.[name]));

  const functions: Readonly<Record<string, (argument: unknown) => unknown>> = {
    Ref: (argument) => ref(String(argument)),
    Condition: (argument) => condition(String(argument)),
    'Fn::GetAtt': (argument) => {
      const [id, ...path] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
      return attribute(id!, path.join('.'));
    },
    'Fn::Join': (argument) => {
      const [separator, parts] = argument as [string, unknown];
      return list(parts).map(String).join(separator);
    },
    'Fn::Sub': sub,
    'Fn::Select': (argument) => {
      const [index, items] = argument as [unknown, unknown];
      return list(items)[Number(resolve(index))];
    },
    'Fn::Split': (argument) => {
      const [separator, text] = argument as [string, unknown];
      return String(resolve(text)).split(separator);
    },
    'Fn::If': (argument) => {
      const [name, yes, no] = argument as [string, unknown, unknown];
      return resolve(condition(name) ? yes : no);
    },
    'Fn::Equals': (argument) => {
      const [left, right] = list(argument);
      return JSON.stringify(left) === JSON.stringify(right);
    },
    'Fn::And': (argument) => list(argument).every(Boolean),
    'Fn::Or': (argument) => list(argument).some(Boolean),
    'Fn::Not': (argument) => !list(argument)[0],
    'Fn::Base64': (argument) => Buffer.from(String(resolve(argument))).toString('base64'),
    'Fn::FindInMap': (argument) => {
      const [map, top, second] = list(argument).map(String);
      return context.template.Mappings?.[map!]?.[top!]?.[second!];
    },
  };

  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only) {
      const run = functions[only[0]];
      // A policy statement may have a member Condition too; the function of that name takes a text.
      if (run && (only[0] !== 'Condition' || typeof only[1] === 'string')) return run(only[1]);
      if (only[0].startsWith('Fn::')) throw new DeploymentFailed(`${only[0]} is not supported by the embedded engine`);
    }
    return Object.fromEntries(
      entries.map(([key, inner]) => [key, resolve(inner)] as const).filter(([, inner]) => inner !== undefined),
    );
  };
  return resolve;
}
