import { GetAccountSettingsCommand } from '@aws-sdk/client-lambda';
import type { AdapterContext } from '../sdk/context';
import { lambdaClient } from './client';

export interface AccountLimits {
  /** Executions at once that functions without a reservation share; a new account has 10. Undefined where Lambda does not say. */
  unreservedExecutions(): Promise<number | undefined>;
}

export const lambdaAccountLimits = (context: AdapterContext): AccountLimits => ({
  unreservedExecutions: async () => {
    const { AccountLimit: limit } = await lambdaClient(context).send(new GetAccountSettingsCommand({}));
    return limit?.UnreservedConcurrentExecutions;
  },
});
