import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, type CfnFunction, Function as CdkFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { DefinitionBody, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Template } from '../../../simulator/template';
import type { EngineHandler } from '../../../simulator/handler-runtime';
import { createWorld } from '../../../simulator/world';
import { deployed, functionResources, handlers } from './small-world';

type CustomEvent = Readonly<Record<string, unknown>> & { readonly ResponseURL: string };

/** Answers every request of a custom resource and keeps it. */
function responder(seen: CustomEvent[], body: object = {}): EngineHandler {
  return (_clients, _env, extras) => async (event: CustomEvent) => {
    seen.push(event);
    await extras!.clock.sleep(2_000);
    const response = { Status: 'SUCCESS', PhysicalResourceId: 'thing', Data: { Answer: 42 }, ...body };
    await extras!.fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(response) });
  };
}

const custom = (properties: object) => ({
  ...functionResources('Maker'),
  Thing: { Type: 'Custom::Thing', Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] }, ...properties } },
  Answer: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { 'Fn::Sub': 'is-${Thing.Answer}' } } },
});

describe('a deployment', () => {
  it('runs a stack that CDK synthesised', async () => {
    // The CDK's own checks take four seconds; `cdk synth` runs them.
    const app = new App({ builtinCloudFormationValidation: false });
    const stack = new Stack(app, 'Small');
    const bucket = new Bucket(stack, 'Models', { versioned: true });
    const table = new Table(stack, 'State', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
    const work = new CdkFunction(stack, 'Work', {
      runtime: Runtime.NODEJS_24_X,
      code: Code.fromInline('exports.handler = 1'),
      handler: 'index.handler',
      environment: { BUCKET: bucket.bucketName, TABLE: table.tableName },
      timeout: Duration.seconds(10),
    });
    (work.node.defaultChild as CfnFunction).addMetadata('greenlight:handler', 'work');
    bucket.grantPut(work);
    const task = new LambdaInvoke(stack, 'DoTheWork', { lambdaFunction: work, outputPath: '$.Payload' });
    const machine = new StateMachine(stack, 'Machine', { definitionBody: DefinitionBody.fromChainable(task) });
    new Rule(stack, 'Ended', {
      eventPattern: {
        source: ['aws.states'],
        detail: { status: ['FAILED'], stateMachineArn: [machine.stateMachineArn] },
      },
      targets: [new LambdaFunction(work)],
    });
    new CfnOutput(stack, 'MachineArn', { value: machine.stateMachineArn });
    const template = app.synth().getStackByName('Small').template as Template;

    const create: EngineHandler =
      ({ s3 }, env) =>
      async () => {
        await s3.send(new PutObjectCommand({ Bucket: env.BUCKET, Key: 'made', Body: 'by the handler' }));
        return { table: env.TABLE };
      };
    const world = createWorld({ template, handlers: { work: create } });
    await world.deploy();
    const stateMachineArn = String(world.stack.outputs.MachineArn);
    await world.user.sfn.send(new StartExecutionCommand({ stateMachineArn }));
    await world.runFor(1_000);
    expect(world.executions[0]).toMatchObject({
      status: 'SUCCEEDED',
      output: JSON.stringify({ table: world.stack.ref(stack.getLogicalId(table.node.defaultChild as never)) }),
    });
    const [bucketId] = world.stack.idsOf('AWS::S3::Bucket');
    expect(String(world.services.s3.readBytes(world.stack.ref(bucketId!), 'made'))).toBe('by the handler');
    // The first use of CDK loads much of it.
  });

  it('refuses a resource type that it does not know, before anything is created', async () => {
    const deployment = deployed({ ...functionResources('Work'), Api: { Type: 'AWS::ApiGateway::RestApi' } });
    await expect(deployment).rejects.toThrow(
      'Api: the embedded engine does not know the resource type AWS::ApiGateway::RestApi',
    );
  });

  it('leaves unchanged resources alone', async () => {
    const world = await deployed(functionResources('Work', [], { Environment: { Variables: { MODE: '1' } } }));
    const edit = { FunctionName: 'work', Environment: { Variables: { MODE: 'by hand' } } };
    await world.user.lambda.send(new UpdateFunctionConfigurationCommand(edit));
    await world.deploy();
    const read = () => world.user.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'work' }));
    expect((await read()).Environment!.Variables).toEqual({ MODE: 'by hand' });
  });

  it('sends the whole environment of the template when a function changes', async () => {
    const variables = { Environment: { Variables: { MODE: '1' } } };
    const world = await deployed(functionResources('Work', [], variables));
    await world.user.lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'work',
        Environment: { Variables: { MODE: '1', MODEL: 'x' } },
      }),
    );
    await world.deploy({
      Resources: functionResources('Work', [], {
        ...variables,
        MemorySize: 512,
        Code: { S3Bucket: 'assets', S3Key: 'two.zip' },
      }),
    });
    const after = await world.user.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'work' }));
    expect(after).toMatchObject({
      MemorySize: 512,
      Environment: { Variables: { MODE: '1' } },
      LastUpdateStatus: 'Successful',
    });
    expect(after.Environment!.Variables).not.toHaveProperty('MODEL');
  });

  it('deletes what the next template leaves out', async () => {
    const world = await deployed(functionResources('Work'));
    await world.deploy({ Resources: {} });
    const read = world.user.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'work' }));
    await expect(read).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a custom resource', () => {
  it('is created by its function, whose answer other resources use', async () => {
    const seen: CustomEvent[] = [];
    const world = await deployed(custom({ Count: 3, On: true }), { handlers: { maker: responder(seen) } });
    expect(seen).toMatchObject([
      {
        RequestType: 'Create',
        ResourceType: 'Custom::Thing',
        LogicalResourceId: 'Thing',
        ResourceProperties: { Count: '3', On: 'true' },
      },
    ]);
    expect(world.stack.ref('Answer')).toMatch(/:is-42$/);
  });

  it('gets an Update with the old properties when they change, and nothing when they do not', async () => {
    const seen: CustomEvent[] = [];
    const world = await deployed(custom({ Count: 3 }), { handlers: { maker: responder(seen) } });
    await world.deploy();
    await world.deploy({ Resources: custom({ Count: 4 }) });
    await world.deploy({ Resources: functionResources('Maker') });
    expect(seen.slice(1)).toMatchObject([
      {
        RequestType: 'Update',
        PhysicalResourceId: 'thing',
        ResourceProperties: { Count: '4' },
        OldResourceProperties: { Count: '3' },
      },
      { RequestType: 'Delete', PhysicalResourceId: 'thing', ResourceProperties: { Count: '4' } },
    ]);
  });

  it('fails the deployment with its reason, its error or its silence', async () => {
    const failing = (create: EngineHandler) => deployed(custom({}), { handlers: { maker: create } });
    await expect(failing(responder([], { Status: 'FAILED', Reason: 'no alias' }))).rejects.toThrow('Thing: no alias');
    await expect(failing(() => async () => undefined)).rejects.toThrow('sent no response');
    const throwing = handlers({
      maker: () => {
        throw new Error('broken');
      },
    });
    await expect(failing(throwing.maker!)).rejects.toThrow('broken');
  });
});
