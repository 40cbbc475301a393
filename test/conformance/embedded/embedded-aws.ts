import type { TemplateResource } from '../../../simulator/template';
import { createWorld, type World } from '../../../simulator/world';
import type { Aws } from '../aws';
import { ANSWERS_VERSION, handedOut, KEEPS_EVENTS } from '../functions';
import { inlineRuntime } from './inline-runtime';

/** What a check is run in: an AWS of its own. */
export interface EmbeddedAws {
  readonly aws: Aws;
  readonly world: World;
}

/** The embedded engine. Resources are deployed by its own stack, one after the other. */
export function embeddedAws(): EmbeddedAws {
  const sources = new Map<string, string>();
  const resources: Record<string, TemplateResource> = {};
  const world: World = createWorld({
    template: { Resources: {} },
    runtime: inline(),
    stackName: 'conformance',
  });
  function inline() {
    return inlineRuntime(
      (id) => sources.get(id)!,
      () => world.clock,
    );
  }

  /** Deploys one resource more and answers its `Ref`. */
  async function add(kind: string, Type: string, Properties: Record<string, unknown> = {}): Promise<string> {
    const id = `${kind}${Object.keys(resources).length + 1}`;
    resources[id] = { Type, Properties };
    await world.stack.deploy({ Resources: resources });
    return id;
  }
  const ref = async (adding: Promise<string>) => world.stack.ref(await adding);
  const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

  const aws: Aws = {
    ...world.user,
    metricsWithinSeconds: 120,
    now: () => world.clock.now(),
    sleep: (ms) => world.clock.sleep(ms),
    createFunction: async (source = ANSWERS_VERSION, { timeoutSeconds = 10, role = 'conformance' } = {}) => {
      const id = `Function${Object.keys(resources).length + 1}`;
      sources.set(id, source);
      return ref(
        add('Function', 'AWS::Lambda::Function', {
          Code: { ZipFile: source },
          Role: `arn:aws:iam::123456789012:role/${role}`,
          Timeout: timeoutSeconds,
        }),
      );
    },
    createBucket: ({ versioned, events = false }) =>
      ref(
        add('Bucket', 'AWS::S3::Bucket', {
          ...(versioned && { VersioningConfiguration: { Status: 'Enabled' } }),
          ...(events && { NotificationConfiguration: { EventBridgeConfiguration: {} } }),
        }),
      ),
    createTable: () =>
      ref(
        add('Table', 'AWS::DynamoDB::Table', {
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
        }),
      ),
    createStateMachine: async (definition) => {
      const invoke = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' };
      const PolicyDocument = { Statement: [invoke] };
      const role = await add('Role', 'AWS::IAM::Role', { Policies: [{ PolicyName: 'invoke', PolicyDocument }] });
      const properties = { RoleArn: arnOf(role), DefinitionString: JSON.stringify(definition) };
      return ref(add('Machine', 'AWS::StepFunctions::StateMachine', properties));
    },
    createTopic: () => ref(add('Topic', 'AWS::SNS::Topic')),
    createQueue: () => ref(add('Queue', 'AWS::SQS::Queue')),
    createAlarm: async (state) => {
      const rule = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, Threshold: 1, Period: 60 };
      const what = { Namespace: 'conformance', MetricName: 'set by a person', Statistic: 'Sum' };
      const name = await ref(add('Alarm', 'AWS::CloudWatch::Alarm', { ...rule, ...what }));
      world.services.cloudwatch.setAlarm(name, state);
      return name;
    },
    listen: async (EventPattern) => {
      const name = await aws.createFunction(KEEPS_EVENTS);
      const Arn = `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
      await add('Rule', 'AWS::Events::Rule', { EventPattern, Targets: [{ Id: 'target', Arn }] });
      return () => handedOut(aws, name);
    },
  };
  return { aws, world };
}
