import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  GetProvisionedConcurrencyConfigCommand,
  ListProvisionedConcurrencyConfigsCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../aws';
import { expectation, type Topic } from '../expectation';
import { until } from '../until';
import { blueAndGreen, giveGreen } from '../versions';

const PUT = { covers: ['PutProvisionedConcurrencyConfig'], fact: 'L11' } as const;

const put = (aws: Aws, FunctionName: string, Qualifier: string, ProvisionedConcurrentExecutions = 2) =>
  aws.lambda.send(
    new PutProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier, ProvisionedConcurrentExecutions }),
  );
const get = (aws: Aws, FunctionName: string, Qualifier: string) =>
  aws.lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }));

export const provisioning: Topic = {
  title: 'Provisioned concurrency',
  expectations: [
    expectation(
      'provisioned concurrency of a version becomes READY',
      { covers: ['PutProvisionedConcurrencyConfig', 'GetProvisionedConcurrencyConfig'], fact: 'L14' },
      async (aws) => {
        const { FunctionName } = await blueAndGreen(aws);
        expect(['IN_PROGRESS', 'READY']).toContain((await put(aws, FunctionName, '2')).Status);
        const ready = await until(
          aws,
          'provisioned concurrency is ready',
          async () => {
            const now = await get(aws, FunctionName, '2');
            return now.Status === 'READY' && now;
          },
          300,
        );
        expect(ready).toMatchObject({
          RequestedProvisionedConcurrentExecutions: 2,
          AllocatedProvisionedConcurrentExecutions: 2,
        });
      },
    ),
    expectation('$LATEST gets no provisioned concurrency', PUT, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await expect(put(aws, FunctionName, '$LATEST')).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
      });
    }),
    expectation('an alias with weights gets no provisioned concurrency', PUT, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await giveGreen(aws, FunctionName, 0.1);
      await expect(put(aws, FunctionName, 'live')).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    }),
    expectation('a version that is not there gets no provisioned concurrency', PUT, async (aws) => {
      const { FunctionName } = await blueAndGreen(aws);
      await expect(put(aws, FunctionName, '7')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }),
    expectation(
      'a version without any says so by an error of its own',
      { covers: ['GetProvisionedConcurrencyConfig'], fact: 'L14' },
      async (aws) => {
        const { FunctionName } = await blueAndGreen(aws);
        await expect(get(aws, FunctionName, '2')).rejects.toMatchObject({
          name: 'ProvisionedConcurrencyConfigNotFoundException',
        });
      },
    ),
    expectation(
      'what is deleted is gone',
      { covers: ['DeleteProvisionedConcurrencyConfig', 'GetProvisionedConcurrencyConfig'], fact: 'L14' },
      async (aws) => {
        const { FunctionName } = await blueAndGreen(aws);
        await put(aws, FunctionName, '2');
        const remove = new DeleteProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: '2' });
        await aws.lambda.send(remove);
        await expect(get(aws, FunctionName, '2')).rejects.toMatchObject({
          name: 'ProvisionedConcurrencyConfigNotFoundException',
        });
      },
    ),
    expectation(
      'every provisioned concurrency is listed by the ARN of its version',
      { covers: ['ListProvisionedConcurrencyConfigs'], fact: 'L14' },
      async (aws) => {
        const { FunctionName } = await blueAndGreen(aws);
        const list = new ListProvisionedConcurrencyConfigsCommand({ FunctionName });
        expect((await aws.lambda.send(list)).ProvisionedConcurrencyConfigs).toEqual([]);
        await put(aws, FunctionName, '1');
        await put(aws, FunctionName, '2');
        const { ProvisionedConcurrencyConfigs = [] } = await aws.lambda.send(list);
        const ends = ProvisionedConcurrencyConfigs.map(({ FunctionArn }) => FunctionArn?.split(':').slice(-2));
        expect(ends.sort()).toEqual([
          [FunctionName, '1'],
          [FunctionName, '2'],
        ]);
      },
    ),
    expectation(
      'an account says how many executions no function has reserved',
      { covers: ['GetAccountSettings'], fact: 'L15' },
      async (aws) => {
        const { AccountLimit } = await aws.lambda.send(new GetAccountSettingsCommand({}));
        const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = AccountLimit ?? {};
        expect(UnreservedConcurrentExecutions).toBeGreaterThan(0);
        expect(UnreservedConcurrentExecutions).toBeLessThanOrEqual(ConcurrentExecutions);
      },
    ),
    expectation(
      'a function for which nothing is reserved names no number',
      { covers: ['GetFunctionConcurrency'], fact: 'L30' },
      async (aws) => {
        const { FunctionName } = await blueAndGreen(aws);
        const found = await aws.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }));
        expect(found.ReservedConcurrentExecutions).toBeUndefined();
      },
    ),
  ],
};
