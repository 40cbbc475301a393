import {
  DeleteFunctionCommand,
  GetFunctionCommand,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';
import { blueAndGreen, giveGreen, publish } from '../versions';

const DELETE = { covers: ['DeleteFunction'], fact: 'L10' } as const;
const LIST = { covers: ['ListVersionsByFunction'], fact: 'L10' } as const;
const IN_USE = { name: 'ResourceConflictException', $metadata: { httpStatusCode: 409 } };

const remove = (aws: Aws, FunctionName: string, Qualifier?: string) =>
  aws.lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier }));
const exists = (aws: Aws, FunctionName: string, Qualifier: string) =>
  aws.lambda.send(new GetFunctionCommand({ FunctionName, Qualifier }));

export const versions: Topic = {
  title: 'Deleting and listing versions',
  expectations: [
    expectation('a version that an alias points at is not deleted', DELETE, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await expect(remove(aws, FunctionName, '1')).rejects.toMatchObject(IN_USE);
      expect((await exists(aws, FunctionName, '1')).Configuration?.Version).toBe('1');
    }),
    expectation('a version that has a weight on an alias is not deleted', DELETE, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await giveGreen(aws, FunctionName, 0.01);
      await expect(remove(aws, FunctionName, '2')).rejects.toMatchObject(IN_USE);
      expect((await exists(aws, FunctionName, '2')).Configuration?.Version).toBe('2');
    }),
    expectation('a version that no alias uses any more is deleted', DELETE, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await aws.lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '2' }));
      await remove(aws, FunctionName, '1');
      await expect(exists(aws, FunctionName, '1')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      expect((await exists(aws, FunctionName, '2')).Configuration?.Version).toBe('2');
    }),
    expectation('$LATEST is not deleted on its own', DELETE, async (aws) => {
      const FunctionName = await aws.createFunction();
      await expect(remove(aws, FunctionName, '$LATEST')).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
      });
    }),
    expectation('a function that is not there is not deleted', DELETE, async (aws) => {
      await expect(remove(aws, 'nobody', '1')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }),
    expectation('a function goes with its versions and aliases', DELETE, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await remove(aws, FunctionName);
      for (const qualifier of ['1', 'live', '$LATEST'])
        await expect(exists(aws, FunctionName, qualifier)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }),
    expectation('$LATEST and every version are listed', LIST, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      const { Versions } = await aws.lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
      expect(Versions?.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2']);
    }),
    expectation('versions are listed in pages that the marker continues', LIST, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await publish(aws, FunctionName, 'third');
      const seen: (string | undefined)[] = [];
      let Marker: string | undefined;
      do {
        const command = new ListVersionsByFunctionCommand({ FunctionName, MaxItems: 3, Marker });
        const { Versions = [], NextMarker } = await aws.lambda.send(command);
        expect(Versions.length).toBeLessThanOrEqual(3);
        seen.push(...Versions.map(({ Version }) => Version));
        Marker = NextMarker;
      } while (Marker);
      expect(seen).toEqual(['$LATEST', '1', '2', '3']);
    }),
    expectation('versions of a function that is not there are not listed', LIST, async (aws) => {
      await expect(
        aws.lambda.send(new ListVersionsByFunctionCommand({ FunctionName: 'nobody' })),
      ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }),
  ],
};
