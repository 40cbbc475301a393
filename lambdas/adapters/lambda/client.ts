import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type AdapterContext, clientConfig } from '../sdk/context';

export const lambdaClient = (context: AdapterContext): LambdaClient =>
  context.client('lambda', () => new LambdaClient(clientConfig));

/** A change was asked for something that is no published version. */
export class NotAVersion extends Error {
  override readonly name = 'NotAVersion';
}

/** A published version's number. Refuses all else: without a qualifier Lambda deletes the whole function. */
export function versionNumber(version: string): string {
  if (!isVersionNumber(version)) {
    throw new NotAVersion(`"${version}" is not the number of a published version; nothing was changed.`);
  }
  return version;
}

export const isVersionNumber = (version: string | undefined): boolean => /^[1-9][0-9]*$/.test(version ?? '');

/** Executions at once that Lambda allows. */
export interface AccountLimits {
  /**
   * Executions at once that functions without a reservation share; a new account has 10. Undefined where Lambda does
   * not say.
   */
  unreservedExecutions(): Promise<number | undefined>;
  /** Executions at once that are reserved for a function alone, and all that it may have. Undefined where none are. */
  reservedExecutions(functionName: string): Promise<number | undefined>;
}

export const lambdaAccountLimits = (context: AdapterContext): AccountLimits => ({
  unreservedExecutions: async () => {
    const { AccountLimit: limit } = await lambdaClient(context).send(new GetAccountSettingsCommand({}));
    return limit?.UnreservedConcurrentExecutions;
  },
  reservedExecutions: async (functionName) => {
    const command = new GetFunctionConcurrencyCommand({ FunctionName: functionName });
    return (await lambdaClient(context).send(command)).ReservedConcurrentExecutions;
  },
});
