import {
  DeleteProvisionedConcurrencyConfigCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { ALIAS, halfAndHalf } from '../bench/functions';
import { answered, type Question } from './question';

export const provisionedOnWeightedAlias: Question = {
  id: 'L11',
  question: 'Can an alias with weights have provisioned concurrency?',
  assumption: 'No: InvalidParameterValueException. So it goes on versions, and a rollout refuses an alias that has it',
  buildsOn: ['lambdas/steps/verify-green.ts', 'simulator/services/lambda/provisioned.ts'],
  minutes: 1,
  how: 'one request, taken back at once if it is granted',
  ask: async (bench) => {
    await halfAndHalf(bench);
    const target = { FunctionName: bench.functionName, Qualifier: ALIAS };
    const said = await bench.lambda
      .send(
        new PutProvisionedConcurrencyConfigCommand({
          ...target,
          ProvisionedConcurrentExecutions: 1,
        }),
      )
      .then(
        () => ({ name: 'granted', message: '' }),
        (error: unknown) => error as Error,
      );
    if (said.name === 'granted')
      await bench.lambda.send(new DeleteProvisionedConcurrencyConfigCommand(target)).catch(() => undefined);
    return answered(
      said.name === 'InvalidParameterValueException',
      `${said.name}${said.message && `: ${said.message}`}`,
      {
        error: said.name,
      },
    );
  },
};
