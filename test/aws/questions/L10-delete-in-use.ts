import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { halfAndHalf } from '../bench/functions';
import { answered, type Question } from './question';

export const deleteInUse: Question = {
  id: 'L10',
  question: 'Can a version be deleted that an alias names, as its own or by a weight alone?',
  assumption: 'Neither: ResourceConflictException',
  buildsOn: ['lambdas/adapters/lambda/versions.ts', 'lambdas/steps/teardown-idle.ts'],
  minutes: 1,
  how: 'two versions under one alias, two deletions',
  ask: async (bench) => {
    const versions = await halfAndHalf(bench);
    const attempt = (Qualifier: string) =>
      bench.lambda
        .send(
          new DeleteFunctionCommand({
            FunctionName: bench.functionName,
            Qualifier,
          }),
        )
        .then(
          () => 'deleted',
          (error: unknown) => (error as Error).name,
        );
    const [own, weighted] = [await attempt(versions[0]), await attempt(versions[1])];
    return answered(
      own === 'ResourceConflictException' && weighted === 'ResourceConflictException',
      `the alias' own version: ${own}; the one with a weight: ${weighted}`,
      { own, weighted },
    );
  },
};
