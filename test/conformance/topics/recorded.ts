import {
  CreateAliasCommand,
  GetFunctionCommand,
  PublishVersionCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';
import { settled } from '../functions';
import { blueAndGreen, giveGreen, publish, readLive } from '../versions';

/** Others recorded AWS's answers; the documents say nothing of these, or less. */
const RECORDED = { covers: ['PublishVersion'], fact: 'V1' } as const;

async function revisionOf(aws: Aws, FunctionName: string, Qualifier?: string): Promise<string> {
  const { Configuration } = await aws.lambda.send(new GetFunctionCommand({ FunctionName, Qualifier }));
  return Configuration!.RevisionId!;
}
const provision = (aws: Aws, FunctionName: string, Qualifier: string) =>
  aws.lambda.send(
    new PutProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier, ProvisionedConcurrentExecutions: 1 }),
  );

export const recorded: Topic = {
  title: 'Recorded on AWS',
  expectations: [
    expectation(
      'the revision moves with an update, and again when it is done',
      { ...RECORDED, covers: ['UpdateFunctionConfiguration'] },
      async (aws) => {
        const FunctionName = await aws.createFunction();
        const before = (await settled(aws, FunctionName)).RevisionId;
        const update = new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'new' });
        const answered = (await aws.lambda.send(update)).RevisionId;
        const after = (await settled(aws, FunctionName)).RevisionId;
        expect(new Set([before, answered, after]).size).toBe(3);
      },
    ),
    expectation('publishing moves the revision of $LATEST', RECORDED, async (aws) => {
      const FunctionName = await aws.createFunction();
      const before = (await settled(aws, FunctionName)).RevisionId;
      await aws.lambda.send(new PublishVersionCommand({ FunctionName }));
      expect(await revisionOf(aws, FunctionName)).not.toBe(before);
    }),
    expectation('a published version keeps its revision when it becomes Active', RECORDED, async (aws) => {
      const FunctionName = await aws.createFunction();
      await settled(aws, FunctionName);
      const { Version, RevisionId } = await aws.lambda.send(new PublishVersionCommand({ FunctionName }));
      expect((await settled(aws, FunctionName, Version)).RevisionId).toBe(RevisionId);
    }),
    expectation(
      'an alias moves the revision of no version',
      { ...RECORDED, covers: ['CreateAlias', 'UpdateAlias'] },
      async (aws) => {
        const FunctionName = await aws.createFunction();
        await publish(aws, FunctionName, 'blue');
        const before = [await revisionOf(aws, FunctionName), await revisionOf(aws, FunctionName, '1')];
        await aws.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
        await aws.lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', Description: 'moved' }));
        expect([await revisionOf(aws, FunctionName), await revisionOf(aws, FunctionName, '1')]).toEqual(before);
      },
    ),
    expectation('another description of the publish alone makes no version', RECORDED, async (aws) => {
      const FunctionName = await aws.createFunction();
      await publish(aws, FunctionName, 'blue');
      const again = new PublishVersionCommand({ FunctionName, Description: 'another' });
      const { Version, Description } = await aws.lambda.send(again);
      expect([Version, Description ?? '']).toEqual(['1', '']);
    }),
    expectation('another description of the function makes one', RECORDED, async (aws) => {
      const FunctionName = await aws.createFunction();
      await publish(aws, FunctionName, 'blue');
      await aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'another' }));
      await settled(aws, FunctionName);
      const { Version } = await aws.lambda.send(new PublishVersionCommand({ FunctionName }));
      expect(Version).toBe('2');
    }),
    expectation(
      'the answer to cleared weights has no RoutingConfig',
      { ...RECORDED, covers: ['UpdateAlias', 'GetAlias'] },
      async (aws) => {
        const { FunctionName } = await blueAndGreen(aws);
        await giveGreen(aws, FunctionName, 0.1);
        const cleared = await aws.lambda.send(
          new UpdateAliasCommand({ FunctionName, Name: 'live', RoutingConfig: { AdditionalVersionWeights: {} } }),
        );
        expect(cleared.RoutingConfig).toBeUndefined();
        expect((await readLive(aws, FunctionName)).RoutingConfig).toBeUndefined();
      },
    ),
    expectation(
      'an update of an alias that changes nothing moves its revision',
      { ...RECORDED, covers: ['UpdateAlias'] },
      async (aws) => {
        const { FunctionName, RevisionId } = await blueAndGreen(aws);
        const same = new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' });
        const written = await aws.lambda.send(same);
        expect(written.RevisionId).not.toBe(RevisionId);
        expect((await readLive(aws, FunctionName)).RevisionId).toBe(written.RevisionId);
      },
    ),
    expectation(
      'a version that an alias names gets provisioned concurrency, and then the alias gets none of its own',
      { ...RECORDED, covers: ['PutProvisionedConcurrencyConfig'] },
      async (aws) => {
        const { FunctionName } = await blueAndGreen(aws);
        expect((await provision(aws, FunctionName, '1')).RequestedProvisionedConcurrentExecutions).toBe(1);
        await expect(provision(aws, FunctionName, 'live')).rejects.toMatchObject({
          name: 'ResourceConflictException',
          $metadata: { httpStatusCode: 409 },
        });
      },
    ),
    expectation(
      'an alias that has provisioned concurrency keeps its version from having any',
      { ...RECORDED, covers: ['PutProvisionedConcurrencyConfig'] },
      async (aws) => {
        const { FunctionName } = await blueAndGreen(aws);
        await provision(aws, FunctionName, 'live');
        await expect(provision(aws, FunctionName, '1')).rejects.toMatchObject({
          name: 'ResourceConflictException',
          $metadata: { httpStatusCode: 409 },
        });
      },
    ),
  ],
};
