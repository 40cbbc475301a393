import type { Template, TemplateResource } from '../../../simulator/template';
import type { EngineHandler } from '../../../simulator/handler-runtime';
import { createWorld, type WorldOptions } from '../../../simulator/world';

type Resources = Record<string, TemplateResource>;

export const MACHINE_ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:machine';

/** A policy statement that allows actions on resources. */
export const allow = (actions: string | readonly string[], resources: unknown) => ({
  Effect: 'Allow',
  Action: actions,
  Resource: resources,
});

/** A function with its role and policy, as CDK writes them. */
export function functionResources(id: string, statements: readonly unknown[] = [], extra: object = {}): Resources {
  return {
    [`${id}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        ManagedPolicyArns: [
          {
            'Fn::Join': [
              '',
              ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
            ],
          },
        ],
      },
    },
    [`${id}Policy`]: {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyDocument: { Statement: statements }, Roles: [{ Ref: `${id}Role` }] },
    },
    [id]: {
      Type: 'AWS::Lambda::Function',
      DependsOn: [`${id}Policy`, `${id}Role`],
      Metadata: { 'greenlight:handler': id.toLowerCase() },
      Properties: {
        FunctionName: id.toLowerCase(),
        Code: { S3Bucket: 'assets', S3Key: 'one.zip' },
        Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] },
        Timeout: 30,
        ...extra,
      },
    },
  };
}

/** A state machine whose role may invoke the functions. */
export function machineResources(definition: object, functionIds: readonly string[]): Resources {
  const parts = functionIds.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] }));
  return {
    MachineRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [{ PolicyName: 'invoke', PolicyDocument: { Statement: [allow('lambda:InvokeFunction', parts)] } }],
      },
    },
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'machine',
        RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
        DefinitionString: JSON.stringify(definition),
      },
    },
  };
}

/** A task that invokes a function with the whole state. */
export function task(functionName: string, more: object = {}): object {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: functionName, 'Payload.$': '$' },
    ResultSelector: { 'value.$': '$.Payload' },
    End: true,
    ...more,
  };
}

/** Handlers from plain functions of the event. */
export function handlers(
  functions: Readonly<Record<string, (event: never, extras: NonNullable<Parameters<EngineHandler>[2]>) => unknown>>,
): Record<string, EngineHandler> {
  return Object.fromEntries(
    Object.entries(functions).map(([name, run]) => {
      const create: EngineHandler = (_clients, _env, extras) => async (event) => run(event, extras!);
      return [name, create];
    }),
  );
}

/** A deployed world. */
export async function deployed(resources: Resources, options: Omit<WorldOptions, 'template'> = {}) {
  const template: Template = { Resources: resources };
  const world = createWorld({ template, ...options });
  await world.deploy();
  return world;
}

/** A machine of the given states, started at the first, with functions of the given names. */
export async function machineWorld(
  states: Readonly<Record<string, object>>,
  functions: Parameters<typeof handlers>[0],
  options: { readonly machine?: object; readonly seed?: number } = {},
) {
  const ids = Object.keys(functions).map((name) => name[0]!.toUpperCase() + name.slice(1));
  const definition = { StartAt: Object.keys(states)[0], States: states, ...options.machine };
  const resources = Object.assign(
    {},
    ...ids.map((id) => functionResources(id)),
    machineResources(definition, ids),
  ) as Resources;
  return deployed(resources, {
    handlers: handlers(functions),
    ...(options.seed !== undefined && { seed: options.seed }),
  });
}
