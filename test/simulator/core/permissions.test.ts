import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetAliasCommand, GetFunctionCommand, InvokeCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { applies, parseStatements } from '../../../simulator/iam/statement';
import { allow, deployed, functionResources, handlers, MACHINE_ARN, machineResources, task } from './small-world';

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:work';
const bucket = {
  Bucket: {
    Type: 'AWS::S3::Bucket',
    Properties: { BucketName: 'models', VersioningConfiguration: { Status: 'Enabled' } },
  },
};
const objects = { 'Fn::Sub': '${Bucket.Arn}/models/*' };
const list = allow('s3:ListBucket', { 'Fn::GetAtt': ['Bucket', 'Arn'] });

describe('a call that the role does not allow', () => {
  it('is refused in the words of AWS', async () => {
    const world = await deployed(functionResources('Work'));
    const { lambda } = world.clientsOf('Work');
    await expect(lambda.send(new GetAliasCommand({ FunctionName: 'work', Name: 'live' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::123456789012:assumed-role/greenlight-WorkRole/Work is not authorized to perform: ' +
        `lambda:GetAlias on resource: ${FUNCTION} because no identity-based policy allows the lambda:GetAlias ` +
        'action',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('has no effect', async () => {
    const world = await deployed({ ...bucket, ...functionResources('Work', [allow('s3:GetObject', objects)]) });
    const put = new PutObjectCommand({ Bucket: 'models', Key: 'models/a', Body: 'x' });
    await expect(world.clientsOf('Work').s3.send(put)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(() => world.services.s3.readBytes('models', 'models/a')).toThrow();
  });

  it('needs s3:GetObjectVersion when a version is named', async () => {
    const world = await deployed({ ...bucket, ...functionResources('Work', [allow('s3:GetObject', objects)]) });
    const put = new PutObjectCommand({ Bucket: 'models', Key: 'models/a', Body: 'x' });
    const { VersionId } = await world.user.s3.send(put);
    const { s3 } = world.clientsOf('Work');
    const get = (input: object) => s3.send(new GetObjectCommand({ Bucket: 'models', Key: 'models/a', ...input }));
    expect(await (await get({})).Body!.transformToString()).toBe('x');
    await expect(get({ VersionId })).rejects.toThrow('s3:GetObjectVersion');
    await expect(s3.send(new GetObjectCommand({ Bucket: 'models', Key: 'other' }))).rejects.toThrow(
      'models/other'.slice(7),
    );
  });

  it('hides a missing object from a function that may not list the bucket', async () => {
    const read = allow('s3:GetObject', objects);
    const world = await deployed({
      ...bucket,
      ...functionResources('Blind', [read]),
      ...functionResources('Work', [read, list]),
    });
    const head = () => new HeadObjectCommand({ Bucket: 'models', Key: 'models/none' });
    await expect(world.clientsOf('Blind').s3.send(head())).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(world.clientsOf('Work').s3.send(head())).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('checks an invocation against the qualified ARN and an alias write against the function', async () => {
    const world = await deployed(
      functionResources('Work', [allow(['lambda:InvokeFunction', 'lambda:UpdateAlias'], `${FUNCTION}:*`)]),
    );
    const { lambda } = world.clientsOf('Work');
    await expect(lambda.send(new InvokeCommand({ FunctionName: 'work' }))).rejects.toThrow(`resource: ${FUNCTION} `);
    const missing = lambda.send(new InvokeCommand({ FunctionName: 'work', Qualifier: '7' }));
    await expect(missing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(lambda.send(new UpdateAliasCommand({ FunctionName: 'work', Name: 'live' }))).rejects.toThrow(
      `${FUNCTION} `,
    );
  });

  it('is refused for everybody when the command is not mapped', async () => {
    const world = await deployed({});
    await expect(
      world.user.dynamodb.send(new GetItemCommand({ TableName: 't', Key: {} }) as never),
    ).rejects.toMatchObject({
      name: 'UnmappedCommand',
    });
  });

  it('fails the task of a state machine whose role lacks it, as Step Functions does', async () => {
    const definition = { StartAt: 'Work', States: { Work: task('work') } };
    const resources = {
      ...functionResources('Work'),
      ...functionResources('Other'),
      ...machineResources(definition, ['Other']),
    };
    const world = await deployed(resources, { handlers: handlers({ work: () => 1 }) });
    await world.user.sfn.send(new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, name: 'one' }));
    await world.runFor(1_000);
    expect(world.executions[0]).toMatchObject({ status: 'FAILED', error: 'Lambda.AWSLambdaException' });
    expect(world.executions[0]!.cause).toContain(
      `not authorized to perform: lambda:InvokeFunction on resource: ${FUNCTION}`,
    );
  });
});

describe('permissions', () => {
  it('are counted as used and as granted', async () => {
    const statements = [allow(['lambda:GetFunction', 'lambda:GetAlias'], FUNCTION)];
    const world = await deployed(functionResources('Work', statements));
    await world.clientsOf('Work').lambda.send(new GetFunctionCommand({ FunctionName: 'work' }));
    expect(world.permissions.used()).toEqual([{ logicalId: 'Work', action: 'lambda:GetFunction', resource: FUNCTION }]);
    expect(world.permissions.granted()).toContainEqual({
      logicalId: 'Work',
      action: 'lambda:GetAlias',
      resource: FUNCTION,
    });
  });

  it('let the SDK paginate', async () => {
    const world = await deployed({ ...bucket, ...functionResources('Work', [list]) });
    await world.user.s3.send(new PutObjectCommand({ Bucket: 'models', Key: 'models/a', Body: 'x' }));
    const keys: unknown[] = [];
    for await (const page of paginateListObjectsV2({ client: world.clientsOf('Work').s3 }, { Bucket: 'models' })) {
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }
    expect(keys).toEqual(['models/a']);
  });

  const statement = (more: object) =>
    parseStatements({ Statement: { ...allow('s3:Get*', 'arn:aws:s3:::b/*'), ...more } })[0]!;
  it.each([
    ['an action by wildcard', {}, 's3:GetObject', {}, true],
    ['an action in another case', {}, 'S3:getobject', {}, true],
    ['another action', {}, 's3:PutObject', {}, false],
    ['an excluded action', { Action: undefined, NotAction: 's3:Get*' }, 's3:GetObject', {}, false],
    [
      'a condition that holds',
      { Condition: { StringLike: { 's3:prefix': 'm/*' } } },
      's3:GetObject',
      { 's3:prefix': 'm/1' },
      true,
    ],
    [
      'a condition that does not',
      { Condition: { StringEquals: { 's3:prefix': 'm' } } },
      's3:GetObject',
      { 's3:prefix': 'x' },
      false,
    ],
    ['a condition on nothing', { Condition: { StringEquals: { 's3:prefix': 'm' } } }, 's3:GetObject', {}, false],
    ['the same if it exists', { Condition: { StringEqualsIfExists: { 's3:prefix': 'm' } } }, 's3:GetObject', {}, true],
    [
      'a negated condition',
      { Condition: { StringNotEquals: { 's3:prefix': 'm' } } },
      's3:GetObject',
      { 's3:prefix': 'm' },
      false,
    ],
    ['a negated condition on nothing', { Condition: { StringNotEquals: { a: 'm' } } }, 's3:GetObject', {}, true],
    [
      'what must be there',
      { Condition: { Null: { 's3:prefix': 'false' } } },
      's3:GetObject',
      { 'S3:Prefix': '' },
      true,
    ],
    ['what must be there and is not', { Condition: { Null: { 's3:prefix': 'false' } } }, 's3:GetObject', {}, false],
    ['what must not be there', { Condition: { Null: { 's3:prefix': 'true' } } }, 's3:GetObject', {}, true],
    [
      'an unknown operator',
      { Condition: { DateLessThan: { 'aws:now': '1' } } },
      's3:GetObject',
      { 'aws:now': '0' },
      false,
    ],
  ])('match %s: %#', (_, more, action, context, expected) => {
    expect(applies(statement(more), action, 'arn:aws:s3:::b/key', context)).toBe(expected);
  });

  it('are taken away by a Deny', async () => {
    const deny = { ...allow('lambda:*', `${FUNCTION}*`), Effect: 'Deny' };
    const world = await deployed(functionResources('Work', [allow('lambda:*', '*'), deny]));
    const call = world.clientsOf('Work').lambda.send(new GetFunctionCommand({ FunctionName: 'work' }));
    await expect(call).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
