import { UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { ALIAS, halfAndHalf, readAlias } from '../bench/functions';
import { answered, type Question } from './question';

export const weightsCleared: Question = {
  id: 'L4',
  question: 'What takes the weights off an alias?',
  assumption: 'Only an explicit empty map; an update that names no RoutingConfig leaves them',
  buildsOn: ['lambdas/adapters/lambda/aliases.ts', 'simulator/services/lambda/aliases.ts'],
  safeEitherWay: true,
  minutes: 2,
  how: 'two versions, three alias updates',
  ask: async (bench) => {
    await halfAndHalf(bench);
    const weights = async () => Object.keys((await readAlias(bench)).RoutingConfig?.AdditionalVersionWeights ?? {});
    const input = { FunctionName: bench.functionName, Name: ALIAS };
    await bench.lambda.send(
      new UpdateAliasCommand({
        ...input,
        Description: 'weights are not mentioned',
      }),
    );
    const kept = await weights();
    await bench.lambda.send(
      new UpdateAliasCommand({
        ...input,
        RoutingConfig: { AdditionalVersionWeights: {} },
      }),
    );
    const cleared = await weights();
    return answered(
      kept.length === 1 && cleared.length === 0,
      `after an update without RoutingConfig ${kept.length} weights are there, after one with an empty map ` +
        `${cleared.length}`,
      { weightsWhenLeftOut: kept.length, weightsAfterEmptyMap: cleared.length },
    );
  },
};
