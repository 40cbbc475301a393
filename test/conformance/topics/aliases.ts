import {
  CreateAliasCommand,
  GetAliasCommand,
  GetFunctionUrlConfigCommand,
  ListAliasesCommand,
  UpdateAliasCommand,
  type UpdateAliasCommandInput,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';
import { settled } from '../functions';
import { publish, blueAndGreen, giveGreen, readLive, weightsOf } from '../versions';

const update = (aws: Aws, FunctionName: string, more: Partial<UpdateAliasCommandInput>) =>
  aws.lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', ...more }));
const weights = (AdditionalVersionWeights: Record<string, number>) => ({ RoutingConfig: { AdditionalVersionWeights } });

const ALIAS = { covers: ['UpdateAlias'], fact: 'L1' } as const;
const WEIGHTS = { covers: ['UpdateAlias', 'GetAlias'], fact: 'L4' } as const;

export const aliases: Topic = {
  title: 'Aliases',
  expectations: [
    expectation(
      'an alias on a version is created with a revision, and read back the same',
      { covers: ['CreateAlias', 'GetAlias'], fact: 'L3' },
      async (aws) => {
        const { FunctionName, RevisionId } = await blueAndGreen(aws);
        const alias = await readLive(aws, FunctionName);
        expect(alias).toMatchObject({ Name: 'live', FunctionVersion: '1', RevisionId });
        expect(alias.AliasArn).toMatch(new RegExp(`:function:${FunctionName}:live$`));
        expect(weightsOf(alias)).toEqual({});
      },
    ),
    expectation('an alias that is there is not created again', { covers: ['CreateAlias'], fact: 'L3' }, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      const again = new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '2' });
      await expect(aws.lambda.send(again)).rejects.toMatchObject({ name: 'ResourceConflictException' });
      expect((await readLive(aws, FunctionName)).FunctionVersion).toBe('1');
    }),
    expectation('an alias is not created on a version that is not there', ALIAS, async (aws) => {
      const FunctionName = await aws.createFunction();
      const create = new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '7' });
      await expect(aws.lambda.send(create)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }),
    expectation(
      'an alias that is not there is not found, nor updated',
      { covers: ['GetAlias', 'UpdateAlias'], fact: 'L3' },
      async (aws) => {
        const FunctionName = await aws.createFunction();
        await publish(aws, FunctionName, 'blue');
        const missing = { name: 'ResourceNotFoundException' };
        await expect(readLive(aws, FunctionName)).rejects.toMatchObject(missing);
        await expect(update(aws, FunctionName, { FunctionVersion: '1' })).rejects.toMatchObject(missing);
        const elsewhere = new GetAliasCommand({ FunctionName: `${FunctionName}-not`, Name: 'live' });
        await expect(aws.lambda.send(elsewhere)).rejects.toMatchObject(missing);
      },
    ),
    expectation(
      'an alias without a URL of its own has none, whatever others have',
      { covers: ['GetFunctionUrlConfig'], fact: 'L3' },
      async (aws) => {
        const { FunctionName } = await blueAndGreen(aws);
        const url = new GetFunctionUrlConfigCommand({ FunctionName, Qualifier: 'live' });
        await expect(aws.lambda.send(url)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      },
    ),
    expectation('a second version gets its weight, also fractions and the bounds 0 and 1', WEIGHTS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      for (const weight of [0.29, 0, 1]) {
        expect(weightsOf(await giveGreen(aws, FunctionName, weight))).toEqual({ '2': weight });
        const alias = await readLive(aws, FunctionName);
        expect(alias.FunctionVersion).toBe('1');
        expect(weightsOf(alias)).toEqual({ '2': weight });
      }
    }),
    expectation('a third version is refused', ALIAS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await publish(aws, FunctionName, 'third');
      await expect(update(aws, FunctionName, weights({ '2': 0.1, '3': 0.1 }))).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
      });
      expect(weightsOf(await readLive(aws, FunctionName))).toEqual({});
    }),
    expectation('$LATEST gets no weight', ALIAS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await expect(update(aws, FunctionName, weights({ $LATEST: 0.1 }))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 400 },
      });
      expect(weightsOf(await readLive(aws, FunctionName))).toEqual({});
    }),
    expectation('an alias with weights cannot stand on $LATEST', ALIAS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      const moved = update(aws, FunctionName, { FunctionVersion: '$LATEST', ...weights({ '2': 0.1 }) });
      await expect(moved).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
      expect((await readLive(aws, FunctionName)).FunctionVersion).toBe('1');
    }),
    expectation('a weight beyond 0 to 1 is refused', { ...ALIAS, fact: 'L2' }, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      for (const weight of [1.01, -0.01]) {
        const refused = { $metadata: { httpStatusCode: 400 } };
        await expect(giveGreen(aws, FunctionName, weight)).rejects.toMatchObject(refused);
      }
      expect(weightsOf(await readLive(aws, FunctionName))).toEqual({});
    }),
    expectation('a version that is not there gets no weight', ALIAS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await expect(update(aws, FunctionName, weights({ '7': 0.1 }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    }),
    expectation('an alias does not move to a version that is not there', ALIAS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await expect(update(aws, FunctionName, { FunctionVersion: '7' })).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
      expect((await readLive(aws, FunctionName)).FunctionVersion).toBe('1');
    }),
    expectation("the alias' own version gets no weight beside itself", ALIAS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await expect(update(aws, FunctionName, weights({ '1': 0.1 }))).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
      });
    }),
    expectation('an empty map clears the weights', WEIGHTS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await giveGreen(aws, FunctionName, 0.1);
      await update(aws, FunctionName, weights({}));
      expect(weightsOf(await readLive(aws, FunctionName))).toEqual({});
    }),
    expectation('weights stay where RoutingConfig is left out', WEIGHTS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await giveGreen(aws, FunctionName, 0.1);
      await update(aws, FunctionName, { Description: 'no word of weights' });
      expect(weightsOf(await readLive(aws, FunctionName))).toEqual({ '2': 0.1 });
    }),
    expectation('one call moves the alias and clears its weights', WEIGHTS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await giveGreen(aws, FunctionName, 0.5);
      await update(aws, FunctionName, { FunctionVersion: '2', ...weights({}) });
      const alias = await readLive(aws, FunctionName);
      expect(alias.FunctionVersion).toBe('2');
      expect(weightsOf(alias)).toEqual({});
    }),
    expectation('version and description stay where they are left out', WEIGHTS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await update(aws, FunctionName, { Description: 'why' });
      await giveGreen(aws, FunctionName, 0.1);
      expect(await readLive(aws, FunctionName)).toMatchObject({ FunctionVersion: '1', Description: 'why' });
    }),
    expectation(
      'every alias is listed, with its weights, in pages',
      { covers: ['ListAliases'], fact: 'L1' },
      async (aws) => {
        const { FunctionName } = await blueAndGreen(aws);
        await giveGreen(aws, FunctionName, 0.25);
        for (const Name of ['beta', 'stable'])
          await aws.lambda.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion: '1' }));
        const first = await aws.lambda.send(new ListAliasesCommand({ FunctionName, MaxItems: 2 }));
        expect(first.Aliases).toHaveLength(2);
        const rest = await aws.lambda.send(new ListAliasesCommand({ FunctionName, Marker: first.NextMarker }));
        expect(rest.NextMarker ?? undefined).toBeUndefined();
        const all = [...first.Aliases!, ...rest.Aliases!];
        expect(all.map(({ Name }) => Name).sort()).toEqual(['beta', 'live', 'stable']);
        expect(weightsOf(all.find(({ Name }) => Name === 'live')!)).toEqual({ '2': 0.25 });
      },
    ),
    expectation('aliases of one version alone can be listed', { covers: ['ListAliases'], fact: 'L1' }, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await aws.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'beta', FunctionVersion: '2' }));
      const { Aliases } = await aws.lambda.send(new ListAliasesCommand({ FunctionName, FunctionVersion: '2' }));
      expect(Aliases?.map(({ Name }) => Name)).toEqual(['beta']);
    }),
    expectation('versions of two execution roles share no alias', ALIAS, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await otherRole(aws, FunctionName);
      const third = await publish(aws, FunctionName, 'third');
      await expect(update(aws, FunctionName, weights({ [third]: 0.1 }))).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
      });
    }),
  ],
};

async function otherRole(aws: Aws, FunctionName: string): Promise<void> {
  const configuration = await settled(aws, FunctionName);
  await aws.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Role: `${configuration.Role}-other` }));
  await settled(aws, FunctionName);
}
