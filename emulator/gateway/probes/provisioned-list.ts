import { ListProvisionedConcurrencyConfigsCommand } from '@aws-sdk/client-lambda';
import type { Probe } from './probe';

export const provisionedList: Probe = {
  behaviour: 'provisioned-list',
  aws: 'ListProvisionedConcurrencyConfigs answers an empty list for a function without any.',
  source: 'https://docs.aws.amazon.com/lambda/latest/api/API_ListProvisionedConcurrencyConfigs.html',
  has: async ({ lambda, functionName: FunctionName }) => {
    const { ProvisionedConcurrencyConfigs: found } = await lambda.send(
      new ListProvisionedConcurrencyConfigsCommand({ FunctionName }),
    );
    return found?.length === 0;
  },
};
