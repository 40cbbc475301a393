import {
  GetFunctionCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';
import { settled } from '../functions';
import { blueAndGreen, configure, readLive, weightsOf } from '../versions';

const ALIAS = { covers: ['UpdateAlias'], fact: 'L3' } as const;
const STALE = { name: 'PreconditionFailedException', $metadata: { httpStatusCode: 412 } };
const revisionOf = async (aws: Aws, FunctionName: string) => (await settled(aws, FunctionName)).RevisionId!;

export const revisions: Topic = {
  title: 'Revisions',
  expectations: [
    expectation('the revision of the last read lets an alias be written', ALIAS, async (aws) => {
      const { FunctionName, RevisionId } = await blueAndGreen(aws);
      const move = new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '2', RevisionId });
      expect((await aws.lambda.send(move)).FunctionVersion).toBe('2');
    }),
    expectation('every write gives the alias another revision, which a read gives back', ALIAS, async (aws) => {
      const { FunctionName, RevisionId } = await blueAndGreen(aws);
      const seen = [RevisionId];
      for (const Description of ['one', 'two', 'two']) {
        const written = await aws.lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', Description }));
        seen.push(written.RevisionId!);
        expect((await readLive(aws, FunctionName)).RevisionId).toBe(written.RevisionId);
      }
      expect(new Set(seen).size).toBe(4);
    }),
    expectation('reading an alias does not change its revision', { ...ALIAS, covers: ['GetAlias'] }, async (aws) => {
      const { FunctionName, RevisionId } = await blueAndGreen(aws);
      await readLive(aws, FunctionName);
      expect((await readLive(aws, FunctionName)).RevisionId).toBe(RevisionId);
    }),
    expectation('an old revision leaves the alias as it is', ALIAS, async (aws) => {
      const { FunctionName, RevisionId } = await blueAndGreen(aws);
      const live = { FunctionName, Name: 'live' };
      await aws.lambda.send(new UpdateAliasCommand({ ...live, Description: 'another writer' }));
      const routing = { RoutingConfig: { AdditionalVersionWeights: { '1': 0.5 } } };
      const late = new UpdateAliasCommand({ ...live, FunctionVersion: '2', ...routing, RevisionId });
      await expect(aws.lambda.send(late)).rejects.toMatchObject(STALE);
      const alias = await readLive(aws, FunctionName);
      expect(alias).toMatchObject({ FunctionVersion: '1', Description: 'another writer' });
      expect(weightsOf(alias)).toEqual({});
    }),
    expectation('a revision that never was is refused', ALIAS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      const RevisionId = '00000000-0000-4000-8000-000000000000';
      const write = new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '2', RevisionId });
      await expect(aws.lambda.send(write)).rejects.toMatchObject(STALE);
    }),
    expectation(
      "the function's revision lets its configuration be written, an older one does not",
      { covers: ['UpdateFunctionConfiguration', 'GetFunction'], fact: 'L10' },
      async (aws) => {
        const FunctionName = await aws.createFunction();
        const RevisionId = await revisionOf(aws, FunctionName);
        const Environment = { Variables: { MODEL: 'mine' } };
        await aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment, RevisionId }));
        expect(await revisionOf(aws, FunctionName)).not.toBe(RevisionId);
        const late = new UpdateFunctionConfigurationCommand({ FunctionName, Description: 'late', RevisionId });
        await expect(aws.lambda.send(late)).rejects.toMatchObject(STALE);
        const { Configuration } = await aws.lambda.send(new GetFunctionCommand({ FunctionName }));
        expect(Configuration?.Description ?? '').toBe('');
      },
    ),
    expectation(
      'the revision that was read after an update publishes, the one before does not',
      { covers: ['PublishVersion'], fact: 'L8' },
      async (aws) => {
        const FunctionName = await aws.createFunction();
        const before = await revisionOf(aws, FunctionName);
        await configure(aws, FunctionName, 'blue');
        const late = new PublishVersionCommand({ FunctionName, RevisionId: before });
        await expect(aws.lambda.send(late)).rejects.toMatchObject(STALE);
        const RevisionId = await revisionOf(aws, FunctionName);
        const { Version } = await aws.lambda.send(new PublishVersionCommand({ FunctionName, RevisionId }));
        expect(Version).toBe('1');
      },
    ),
  ],
};
