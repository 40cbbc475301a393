import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { expectation, type Topic } from '../expectation';
import { invoke, settled } from '../functions';
import { configure, publish } from '../versions';

const PUBLISH = { covers: ['PublishVersion'], fact: 'L8' } as const;
const CONFIGURE = { covers: ['UpdateFunctionConfiguration'], fact: 'L10' } as const;

export const publishing: Topic = {
  title: 'Publishing',
  expectations: [
    expectation('the first version is 1, named by its ARN', PUBLISH, async (aws) => {
      const FunctionName = await aws.createFunction();
      const first = await aws.lambda.send(new PublishVersionCommand({ FunctionName, Description: 'the first' }));
      expect(first).toMatchObject({ Version: '1', Description: 'the first' });
      expect(first.FunctionArn).toMatch(new RegExp(`:function:${FunctionName}:1$`));
    }),
    expectation('publishing what was published answers the version that is there', PUBLISH, async (aws) => {
      const FunctionName = await aws.createFunction();
      await publish(aws, FunctionName, 'blue');
      const again = await aws.lambda.send(new PublishVersionCommand({ FunctionName }));
      expect(again.Version).toBe('1');
    }),
    expectation('a change of configuration publishes the next version', PUBLISH, async (aws) => {
      const FunctionName = await aws.createFunction();
      expect(await publish(aws, FunctionName, 'blue')).toBe('1');
      expect(await publish(aws, FunctionName, 'green')).toBe('2');
    }),
    expectation('the number of a deleted version is not given again', PUBLISH, async (aws) => {
      const FunctionName = await aws.createFunction();
      await publish(aws, FunctionName, 'blue');
      await publish(aws, FunctionName, 'green');
      await aws.lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: '2' }));
      expect(await publish(aws, FunctionName, 'third')).toBe('3');
    }),
    expectation("the code's own hash publishes, another is refused and named", PUBLISH, async (aws) => {
      const FunctionName = await aws.createFunction();
      const { CodeSha256 } = await settled(aws, FunctionName);
      const other = Buffer.alloc(32, 1).toString('base64');
      const refused = new PublishVersionCommand({ FunctionName, CodeSha256: other });
      await expect(aws.lambda.send(refused)).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
        message: expect.stringMatching(/CodeSHA-?256/i) as string,
      });
      const { Version } = await aws.lambda.send(new PublishVersionCommand({ FunctionName, CodeSha256 }));
      expect(Version).toBe('1');
    }),
    expectation('a function that is not there publishes nothing', PUBLISH, async (aws) => {
      await expect(aws.lambda.send(new PublishVersionCommand({ FunctionName: 'nobody' }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    }),
    expectation('a version keeps the environment it was published with', PUBLISH, async (aws) => {
      const FunctionName = await aws.createFunction();
      await publish(aws, FunctionName, 'blue');
      await configure(aws, FunctionName, 'green');
      const { Configuration } = await aws.lambda.send(new GetFunctionCommand({ FunctionName, Qualifier: '1' }));
      expect(Configuration?.Environment?.Variables).toEqual({ MODEL: 'blue' });
      expect((await invoke(aws, { FunctionName, Qualifier: '1' })).result).toMatchObject({ model: 'blue' });
      expect((await invoke(aws, { FunctionName })).result).toMatchObject({ model: 'green' });
    }),
    expectation('a published version becomes Active', { ...PUBLISH, fact: 'L9' }, async (aws) => {
      const FunctionName = await aws.createFunction();
      const { Version } = await aws.lambda.send(new PublishVersionCommand({ FunctionName }));
      expect(await settled(aws, FunctionName, Version)).toMatchObject({ Version: '1', State: 'Active' });
    }),
    expectation(
      'reading a function gives what a rollout compares',
      { covers: ['GetFunction'], fact: 'L9' },
      async (aws) => {
        const FunctionName = await aws.createFunction();
        await publish(aws, FunctionName, 'blue');
        const { Configuration } = await aws.lambda.send(new GetFunctionCommand({ FunctionName, Qualifier: '1' }));
        expect(Configuration).toMatchObject({
          FunctionName,
          Version: '1',
          State: 'Active',
          LastUpdateStatus: 'Successful',
          Runtime: 'nodejs24.x',
          MemorySize: 128,
          Timeout: 10,
        });
        expect(Configuration?.Role).toMatch(/^arn:aws:iam::\d{12}:role\//);
        expect(Buffer.from(Configuration!.CodeSha256!, 'base64')).toHaveLength(32);
        expect(Configuration?.RevisionId).toMatch(/^[\da-f-]{36}$/);
      },
    ),
    expectation(
      'a version or function that is not there is not found',
      { covers: ['GetFunction'], fact: 'L9' },
      async (aws) => {
        const FunctionName = await aws.createFunction();
        const missing = { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } };
        const version = new GetFunctionCommand({ FunctionName, Qualifier: '7' });
        await expect(aws.lambda.send(version)).rejects.toMatchObject(missing);
        await expect(aws.lambda.send(new GetFunctionCommand({ FunctionName: 'nobody' }))).rejects.toMatchObject(
          missing,
        );
      },
    ),
    expectation('the environment is replaced whole, the rest stays', CONFIGURE, async (aws) => {
      const FunctionName = await aws.createFunction();
      const update = (Variables: Record<string, string>) =>
        aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
      await update({ FIRST: 'one', SHARED: 'one' });
      await settled(aws, FunctionName);
      await update({ SHARED: 'two' });
      const configuration = await settled(aws, FunctionName);
      expect(configuration.Environment?.Variables).toEqual({ SHARED: 'two' });
      expect(configuration).toMatchObject({ Timeout: 10, MemorySize: 128 });
    }),
    expectation('an update ends as Successful', { ...CONFIGURE, fact: 'L9' }, async (aws) => {
      const FunctionName = await aws.createFunction();
      await aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'new' }));
      expect(await settled(aws, FunctionName)).toMatchObject({ Description: 'new', LastUpdateStatus: 'Successful' });
    }),
    expectation('an environment beyond 4 KB is refused', CONFIGURE, async (aws) => {
      const FunctionName = await aws.createFunction();
      const Environment = { Variables: { LARGE: 'x'.repeat(4097) } };
      const update = new UpdateFunctionConfigurationCommand({ FunctionName, Environment });
      await expect(aws.lambda.send(update)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    }),
    expectation('a function that is not there is not configured', CONFIGURE, async (aws) => {
      const update = new UpdateFunctionConfigurationCommand({ FunctionName: 'nobody', Description: 'new' });
      await expect(aws.lambda.send(update)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }),
  ],
};
